"""What people see: servers, reports, errors and their words; and what they give, checked."""
