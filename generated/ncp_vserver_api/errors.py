# Generated from openapi/vserver.yaml by "make generate" (openapi-python-client 0.29.1). Do not edit.
"""Errors that API functions raise when an answer is not one that the contract describes."""

import httpx


class UnexpectedResponse(Exception):
    """The answer is not one that the contract describes.

    The server did answer, so the operation may have been carried out. ``response`` has status, headers and body.
    """

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self.response = response

    def __str__(self) -> str:
        status = f"{self.response.status_code} {self.response.reason_phrase}".rstrip()
        content_type = self.response.headers.get("content-type", "no content type")
        text = (
            f"{status}, {content_type}, {len(self.response.content)} bytes: not an answer that the contract describes"
        )
        if self.response.content.lstrip().startswith(b"<"):
            text += "; the body looks like XML or HTML, and this client reads JSON only (responseFormatType=json)"
        return text


class UnexpectedStatus(UnexpectedResponse):
    """The status is one that the contract does not describe, or not an HTTP status at all, such as 520."""


__all__ = ["UnexpectedResponse", "UnexpectedStatus"]
