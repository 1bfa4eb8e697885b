"""Start the mock, restart a server on it, and show what came back: "make demo"."""

from ncp_mock import Prism
from ncp_vserver import Client, Credentials

# The mock answers every request with the example that NCP publishes: it is about this server.
SERVER_INSTANCE_NO = "123458773"


def main() -> None:
    print("Starting the mock …")
    with Prism() as mock, Client(Credentials("EXAMPLEACCESSKEY", "example-secret-key"), base_url=mock.url) as client:
        print(f"GET {mock.url}/vserver/v2/rebootServerInstances, signed, for server {SERVER_INSTANCE_NO}\n")
        result = client.reboot(SERVER_INSTANCE_NO)

    row = "{:<12} {:<10} {:<8} {:<8} {:<10} {}"
    print(row.format("number", "name", "zone", "status", "operation", "is"))
    for server in result:
        print(
            row.format(
                server.server_instance_no or "",
                server.server_name or "",
                server.zone_code or "",
                (server.server_instance_status and server.server_instance_status.code) or "",
                (server.server_instance_operation and server.server_instance_operation.code) or "",
                server.server_instance_status_name or "",
            )
        )
    print(f"\nAccepted: {len(result)} server. Request id: {', '.join(result.request_ids)}")


if __name__ == "__main__":
    main()
