"""The moves that make and end follows, blocks and mutes, and that end connections."""

from collections.abc import Sequence
from datetime import datetime

from tests.walk.facts import DAY, Follow, Mute
from tests.walk.introducing import Introducing
from tests.walk.telling import Json, Refusal, error, invalid, not_permitted, quota


class Links(Introducing):
    """Rows 14 and 16 to 18 of the table of transitions, and the machine of follows."""

    def quotas(self, member: str) -> list[dict[str, Json]]:
        """What is used of each allowance."""
        week, numbers = self.sent_this_week(member), self.numbers
        blocks = sum(blocker == member for blocker, _ in self.blocks)
        weekly = quota("WEEKLY_REQUESTS", numbers.weekly_request_limit, len(week))
        release = week[-1] + 7 * DAY if week else None
        written = self.written(member)
        free = written[0] + numbers.message_window if written else None
        return [
            weekly | {"nextReleaseAt": release, "restrictedUntil": self.restriction(member)},
            quota("PENDING_REQUESTS", numbers.max_pending_sent, self.open_sent(member)),
            quota("BLOCKS", numbers.max_blocks, blocks),
            quota("MESSAGES", numbers.message_limit, len(written)) | {"nextReleaseAt": free},
            quota("EXPORTS", numbers.export_limit, 0),
            self.introduction_quota(member),
        ]

    # Row 16: removals

    def remove_connection(self, viewer: str, other: str, *, keep: bool) -> Json:
        self.need_not_self(viewer, other)
        self.need_member(viewer, other)
        is_removed = self._remove(viewer, other, keep=keep)
        return {"removedConnectionId": connection(viewer, other) if is_removed else None}

    def remove_connections(self, viewer: str, others: Sequence[str], *, keep: bool) -> Json:
        ended = [other for other in dict.fromkeys(others) if self._remove(viewer, other, keep=keep)]
        return {"removedConnectionIds": [connection(viewer, other) for other in ended]}

    def _remove(self, viewer: str, other: str, *, keep: bool) -> bool:
        if not self.connected.pop(frozenset((viewer, other)), None):
            return False
        self.removed[frozenset((viewer, other))] = (self.now, viewer)
        self.end_introductions(viewer, other)
        for pair in ((viewer, other), (other, viewer)):
            follow = self.follows.get(pair)
            if follow and follow.origin == "CONNECTED":
                if keep and pair[0] == viewer:
                    follow.origin = "MANUAL"
                else:
                    del self.follows[pair]
        self.related(viewer, other)
        return True

    # Rows 14, 17 and 18: blocks

    def block_member(self, viewer: str, other: str, *, report: bool) -> Json:
        self._need_other(viewer, other)
        if (viewer, other) not in self.blocks:
            if errors := self._errors_of_block(viewer, other):
                raise Refusal(*errors)
            self._part(viewer, other)
            self.lifted.pop((viewer, other), None)
            self.blocks[viewer, other] = self.now
            self.reports[viewer, other] += report
            self.related(viewer, other)
        return {"quota": self.quotas(viewer)[2]}

    def _errors_of_block(self, viewer: str, other: str) -> list[dict[str, Json]]:
        lifted, blocks = self.lifted.get((viewer, other)), self.quotas(viewer)[2]
        from_when = lifted + self.numbers.reblock_wait if lifted else self.now
        too_early = [error("COOLDOWN", basis=None, availableAt=from_when)] if self.now < from_when else []
        return [*too_early, *([] if blocks["remaining"] else [error("QUOTA_EXCEEDED", quota=blocks)])]

    def _part(self, one: str, other: str) -> None:
        """Open requests are cancelled, silently; connection, follows and what was told of the other go.

        A block that is lifted makes nobody wait, so it does not count as a removal.
        """
        for request in self.between(one, other):
            self.write_expiry(request)
            request.gone_for |= {side for side in request.both if self.state(request, side) == "PENDING"}
            self.notices.pop(request.number, None)
        self.end_introductions(one, other)
        for introduction in self.introductions:
            for key in [key for key, (by, _) in introduction.notices.items() if {key[0], by} == {one, other}]:
                del introduction.notices[key]
        self.connected.pop(frozenset((one, other)), None)
        self.removed.pop(frozenset((one, other)), None)
        for pair in ((one, other), (other, one)):
            self.follows.pop(pair, None)

    def unblock_member(self, viewer: str, other: str) -> Json:
        self._need_other(viewer, other)
        if self.blocks.pop((viewer, other), None):
            self.lifted[viewer, other] = self.now
            self.related(viewer, other)
        return {}

    def _need_other(self, viewer: str, other: str) -> None:
        self.need_not_self(viewer, other)
        self.need_member(viewer, other, or_blocked=True)

    # Mutes and reports

    def mute_member(self, viewer: str, other: str, until: datetime | None) -> Json:
        if errors := self._errors_of_mute(viewer, other, until):
            raise Refusal(*errors)
        before = self.mutes_now(viewer, other)
        if before is None or before.until != until:
            self.mutes[viewer, other] = Mute(before.at if before else self.now, until)
            self.related(viewer, other)
        return {}

    def _errors_of_mute(self, viewer: str, other: str, until: datetime | None) -> list[dict[str, Json]]:
        errors = [invalid("INVALID", "until>now")] if until and until <= self.now else []
        try:
            self._need_other(viewer, other)
        except Refusal as refusal:
            return [*refusal.errors, *errors]
        blocks = (viewer, other) in self.blocks
        return [*([error("NOT_PERMITTED", reason="BLOCKING")] if blocks else []), *errors]

    def unmute_member(self, viewer: str, other: str) -> Json:
        self._need_other(viewer, other)
        if self.mutes.pop((viewer, other), None):
            self.related(viewer, other)
        return {}

    def report_member(self, viewer: str, other: str) -> Json:
        self._need_other(viewer, other)
        self.reports[viewer, other] += 1
        return {"accepted": True}

    # Follows

    def follow(self, viewer: str, other: str, *, private: bool) -> Json:
        self.need_member(viewer, other)
        self.need_not_self(viewer, other)
        if not self.may_follow(viewer, other):
            raise not_permitted("RECIPIENT_DOES_NOT_ACCEPT")
        if self.begin_follow(viewer, other, "MANUAL", private=private):
            self.related(viewer, other)
        return {}

    def may_follow(self, viewer: str, other: str) -> bool:
        """Whether the setting of the other lets the viewer follow."""
        return self.people[other].who_can_follow == "ANYONE" or self.are_connected(viewer, other)

    def begin_follow(self, viewer: str, other: str, origin: str, *, private: bool = False) -> bool:
        """Make a follow, where there is none yet."""
        if (viewer, other) in self.follows:
            return False
        self.follows[viewer, other] = Follow(self.now, origin, private)
        return True

    def update_follow(self, viewer: str, other: str, *, private: bool) -> Json:
        self.need_member(viewer, other)
        follow = self.follows.get((viewer, other))
        if follow is None:
            raise Refusal(error("NOT_FOUND", missingId=other))
        if private and not follow.is_private:
            follow.at = self.now
        follow.is_private = private
        self.related(viewer, other)
        return {}

    def unfollow(self, viewer: str, other: str) -> Json:
        self.need_member(viewer, other)
        ended = self.follows.pop((viewer, other), None)
        if ended:
            self.related(viewer, other)
        return {"removedFollowId": f"F {viewer} {other}" if ended else None}

    def remove_follower(self, viewer: str, other: str) -> Json:
        self.need_member(viewer, other)
        follow = self.follows.get((other, viewer))
        is_open = follow is not None and not follow.is_private
        if is_open:
            del self.follows[other, viewer]
            self.related(viewer, other)
        return {"removedFollowId": f"F {other} {viewer}" if is_open else None}

    def update_privacy(self, viewer: str, **settings: Json) -> Json:
        person = self.people[viewer]
        if any(getattr(person, name) != value for name, value in settings.items()):
            self.told.append((viewer, "SETTINGS_CHANGED"))
        for name, value in settings.items():
            setattr(person, name, value)
        return {}


def connection(one: str, other: str) -> str:
    """The id of the connection of two."""
    return f"C {min(one, other)} {max(one, other)}"
