"""Start the mock, restart a server on it, and show what came back: "make demo"."""

from ncp_mock import Mock
from ncp_vserver import Client, Credentials, RejectedError

NUMBERS = ("123458773", "123458774")


def main() -> None:
    print("Starting the mock …")
    with Mock() as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock) as client:
        print(f"GET {mock}/vserver/v2/rebootServerInstances, signed, for servers {' and '.join(NUMBERS)}\n")
        result = client.reboot(NUMBERS)
        again = try_again(client)
        explanation = mock.requests[-1].explanation

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
    print(f"\nAccepted: {len(result)} servers. Request id: {', '.join(result.request_ids)}")
    print(f"\nThe same again, at once: {again}\nThe mock explains: {explanation}")


def try_again(client: Client) -> str:
    try:
        client.reboot(NUMBERS[0])
    except RejectedError as error:
        return str(error)
    return "accepted"


if __name__ == "__main__":
    main()
