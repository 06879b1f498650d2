"""A customer wants a person."""

from helpdesk.types import Staff
from tests.web_widget.support import Customer, assert_problem
from web_widget.app import App


async def test_it_works(vera: Customer) -> None:
    response = await vera.post("/handoff", {})
    assert response.status_code == 200
    body = response.json()
    assert (body["state"], body["position"]) == ("waiting", 1)
    assert (await vera.call("GET", "/messages")).json()["state"] == "waiting"


async def test_the_second_in_line_hears_her_place(vera: Customer, walt: Customer) -> None:
    await vera.post("/handoff", {})
    assert (await walt.post("/handoff", {})).json()["position"] == 2


async def test_asking_twice_is_asking_once(vera: Customer, walt: Customer) -> None:
    await vera.post("/handoff", {})
    assert (await vera.post("/handoff", {})).json()["position"] == 1
    assert (await walt.post("/handoff", {})).json()["position"] == 2


async def test_the_body_may_be_left_out(vera: Customer) -> None:
    assert (await vera.call("POST", "/handoff")).status_code == 200


async def test_it_refuses_fields_it_does_not_know(vera: Customer) -> None:
    assert_problem(
        await vera.post("/handoff", {"urgent": True}), 400, "urgent is not a known field"
    )


async def test_she_may_stop_waiting(vera: Customer) -> None:
    await vera.post("/handoff", {})
    response = await vera.call("DELETE", "/handoff")
    assert response.status_code == 200 and response.json()["state"] == "bot"


async def test_it_is_too_late_to_cancel_once_a_person_is_there(
    app: App, vera: Customer, ana: Staff
) -> None:
    await vera.post("/handoff", {})
    await app.desk.claim(vera.id, ana)
    assert_problem(await vera.call("DELETE", "/handoff"), 409)
    body = (await vera.call("GET", "/messages")).json()
    assert (body["state"], body["agent_name"]) == ("agent", "Ana")
