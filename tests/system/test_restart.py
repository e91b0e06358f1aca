"""What `make down` and `make up` keep beside the data: the mails, and where the functions had read the stream."""

import json

from tests.system.commands import Commands
from tests.system.conftest import Stack
from tests.system.test_outbox import CUSTOMER, create_link, mail_to, mails_to, send


def stack_of(commands: Commands) -> Stack:
    return Stack(place=commands.place, description=json.loads(commands.place.description_file.read_text("utf-8")))


def stop_sweeping(stack: Stack) -> None:
    """From now on a mail comes from the stream or not at all."""
    scheduler = stack.aws("scheduler")
    sweeper = stack.description["functions"]["outbox_sweeper"]
    schedules = [
        scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"])
        for one in scheduler.list_schedules()["Schedules"]
    ]
    [schedule] = [one for one in schedules if one["Target"]["Arn"].endswith(sweeper)]
    kept = ("Name", "GroupName", "FlexibleTimeWindow", "ScheduleExpression", "Target")
    scheduler.update_schedule(State="DISABLED", **{field: schedule[field] for field in kept})


def restart(commands: Commands) -> Stack:
    for command in ("down", "up"):
        done = commands.run(command)
        assert (done.returncode, done.stderr) == (0, "")
    return stack_of(commands)


def test_the_stream_is_read_on_where_it_stopped_and_the_inbox_is_kept(running: Commands) -> None:
    before = stack_of(running)
    stop_sweeping(before)
    send(before, create_link(before, company="Mueller Before").body["id"])
    mail = mail_to(before, CUSTOMER, about="Mueller Before")

    after = restart(running)
    assert mail_to(after, CUSTOMER, about="Mueller Before") == mail
    send(after, create_link(after, company="Mueller After").body["id"])
    assert "Mueller After" in mail_to(after, CUSTOMER, about="Mueller After")["Subject"]


def set_relaying(stack: Stack, *, enabled: bool) -> None:
    """Whether the function that sends mails reads the table's stream."""
    functions = stack.aws("lambda")
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    [relay] = [one for one in mappings if "OutboxRelay" in one["FunctionArn"]]
    functions.update_event_source_mapping(UUID=relay["UUID"], Enabled=enabled)


def test_what_was_not_read_before_a_restart_is_read_after_it(running: Commands) -> None:
    before = stack_of(running)
    stop_sweeping(before)
    set_relaying(before, enabled=False)
    send(before, create_link(before, company="Mueller Between").body["id"])

    after = restart(running)
    assert [mail for mail in mails_to(after, CUSTOMER) if "Mueller Between" in mail["Subject"]] == []
    set_relaying(after, enabled=True)
    assert "Mueller Between" in mail_to(after, CUSTOMER, about="Mueller Between")["Subject"]
