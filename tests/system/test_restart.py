"""What `make down` and `make up` keep beside the data: the mails, and where the functions had read the stream."""

import json

from tests.system.commands import Commands
from tests.system.conftest import Stack
from tests.system.test_outbox import CUSTOMER, create_link, mail_to, send


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


def test_records_of_the_stream_outlive_a_restart(running: Commands) -> None:
    def sequence_numbers() -> list[str]:
        streams = stack_of(running).aws("dynamodbstreams")
        [stream] = streams.list_streams()["Streams"]
        [shard] = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        position = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=position, Limit=100)["Records"]
        return [record["dynamodb"]["SequenceNumber"] for record in records]

    before = sequence_numbers()
    assert before
    restart(running)
    assert sequence_numbers()[: len(before)] == before
