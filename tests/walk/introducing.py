"""Introductions: who may ask whom about whom, what each of the three sees, and every move but acceptance."""

from collections.abc import Iterator
from datetime import datetime

from tests.walk.facts import Introduction
from tests.walk.telling import Json, Refusal, Telling, error, quota


class Introducing(Telling):
    """The machine of introductions, as the table of other machines has it."""

    # What each of the three sees

    def stage(self, introduction: Introduction, eyes: str) -> str | None:
        """The state in these eyes; None is unknown or gone. Its requester learns of no decline."""
        if eyes not in introduction.three or any(self.blocked(eyes, each) for each in introduction.three):
            return None
        if eyes == introduction.target and introduction.forwarded_at is None:
            return None
        if introduction.is_accepted:
            return "ACCEPTED"
        if eyes in introduction.cancelled_for:
            return "CANCELLED"
        if introduction.declined_by and eyes != introduction.requester:
            return f"DECLINED_BY_{introduction.declined_by}"
        if self.now >= introduction.expires_at:
            return "EXPIRED"
        return "FORWARDED" if introduction.forwarded_at else "REQUESTED"

    def role(self, introduction: Introduction, member: str) -> str:
        """What the member is in it."""
        return ("REQUESTER", "BROKER", "TARGET")[introduction.three.index(member)]

    def seems_open(self, introduction: Introduction) -> bool:
        """Whether nothing ended it that its requester could know of."""
        is_cancelled = introduction.requester in introduction.cancelled_for
        return not (introduction.is_accepted or is_cancelled or self.now >= introduction.expires_at)

    # Who may ask

    def asked(self, member: str) -> list[datetime]:
        """When the member asked for introductions in the window, earliest first."""
        since = self.now - self.numbers.introduction_window
        own = [each.asked_at for each in self.introductions if each.requester == member]
        return [at for at in own if at > since]

    def way_in(self, viewer: str, other: str, brokers: list[str]) -> tuple[Json, str | None]:
        """Why nobody of these can be asked to introduce the viewer, None where somebody can, and who."""
        if viewer == other:
            return error("NOT_PERMITTED", reason="SELF"), None
        if (viewer, other) in self.blocks:
            return error("NOT_PERMITTED", reason="BLOCKING"), None
        if self.are_connected(viewer, other):
            return error("NOT_PERMITTED", reason="ALREADY_CONNECTED"), None
        known = {each: self.connected.get(frozenset((viewer, each)), self.now) for each in brokers}
        longest_first = sorted(brokers, key=lambda each: known[each])
        leading = [each for each in longest_first if self._leads(viewer, each, other)]
        free = [each for each in leading if not self._is_asked(viewer, each, other)]
        if not free:
            return error("NOT_PERMITTED", reason="ALREADY_PENDING" if leading else "NO_PATH"), None
        allowance = self.introduction_quota(viewer)
        return None if allowance["remaining"] else error("QUOTA_EXCEEDED", quota=allowance), free[0]

    def introduction_quota(self, member: str) -> dict[str, Json]:
        """What is used of the allowance."""
        asked = self.asked(member)
        again = asked[0] + self.numbers.introduction_window if asked else None
        used = quota("INTRODUCTIONS", self.numbers.introduction_limit, len(asked))
        return used | {"nextReleaseAt": again}

    def _leads(self, viewer: str, broker: str, other: str) -> bool:
        """Neither of the two who list the connection between them hides that from everybody."""
        is_between = self.are_connected(viewer, broker) and self.are_connected(broker, other)
        hides = {self.people[member].connections_visibility == "NOBODY" for member in (broker, other)}
        return is_between and hides == {False}

    def _is_asked(self, *three: str) -> bool:
        return any(each.three == three and self.seems_open(each) for each in self.introductions)

    # The moves

    def request_introduction(self, viewer: str, other: str, broker: str) -> Json:
        self.need_member(viewer, other)
        self.need_member(viewer, broker)
        refusal, _ = self.way_in(viewer, other, [broker])
        if refusal:
            raise Refusal(refusal)
        for each in self.introductions:
            if each.three == (viewer, broker, other):
                self._write_end(each)
        lifetime = self.numbers.introduction_lifetime
        number = len(self.introductions)
        made = Introduction(number, viewer, broker, other, self.now, self.now + lifetime)
        self.introductions.append(made)
        self._notify(made, "INTRODUCTION_REQUESTED", viewer, broker)
        return {"introduction": made}

    def forward_introduction(self, viewer: str, introduction: int, word: str | None) -> Json:
        found = self.need_introduction(viewer, introduction, "BROKER")
        if self.stage(found, viewer) != "FORWARDED":
            self.need_stage(found, viewer, "REQUESTED")
            found.forwarded_at, found.word = self.now, word
            self._deal_with(found, viewer)
            self._notify(found, "INTRODUCTION_FORWARDED", viewer, found.target, found.requester)
        return {"introduction": found}

    def decline_introduction(self, viewer: str, introduction: int) -> Json:
        found = self.need_introduction(viewer, introduction, "BROKER", "TARGET")
        role = self.role(found, viewer)
        if self.stage(found, viewer) != f"DECLINED_BY_{role}":
            self.need_stage(found, viewer, {"BROKER": "REQUESTED", "TARGET": "FORWARDED"}[role])
            found.declined_by = role
            self._deal_with(found, viewer)
        return {"introduction": found}

    def cancel_introduction(self, viewer: str, introduction: int) -> Json:
        found = self.need_introduction(viewer, introduction, "REQUESTER")
        if self.stage(found, viewer) != "CANCELLED":
            self.need_stage(found, viewer, "REQUESTED", "FORWARDED")
            self._end(found)
        return {"introduction": found}

    def agree_to(self, introduction: Introduction) -> None:
        """The target accepts, the introduction or a request that names it."""
        introduction.is_accepted = True
        self._deal_with(introduction, introduction.target)
        requester, broker, target = introduction.three
        self._notify(introduction, "INTRODUCTION_ANSWERED", target, requester, broker)

    def end_introductions(self, one: str, other: str) -> None:
        """What is open and concerns both is over: they parted, or were connected without it."""
        for each in self.introductions:
            if {one, other} <= {*each.three} and self.seems_open(each):
                self._end(each)

    def expire_introductions(self) -> None:
        """Write down what every reader sees already."""
        for each in self.introductions:
            self._write_end(each)

    # Guards

    def need_introduction(self, viewer: str, number: int, *roles: str) -> Introduction:
        """An introduction that exists for the viewer, who has one of these roles."""
        found = self.introductions[number] if number < len(self.introductions) else None
        if found is None or self.stage(found, viewer) is None or self.role(found, viewer) not in roles:
            raise Refusal(error("NOT_FOUND", missingId=f"~{number}"))
        return found

    def need_stage(self, introduction: Introduction, viewer: str, *stages: str) -> None:
        found = self.stage(introduction, viewer)
        if found not in stages:
            raise Refusal(error("INVALID_STATE", currentState=found, availableEvents=[]))

    def need_named(self, viewer: str, other: str, number: int | None) -> Introduction | None:
        """What the viewer's request to the other may name."""
        if number is None:
            return None
        found = self.need_introduction(viewer, number, "REQUESTER")
        if found.target != other:
            raise Refusal(error("NOT_FOUND", missingId=f"~{number}"))
        self.need_stage(found, viewer, "FORWARDED")
        return found

    # What members are told

    def _notify(self, introduction: Introduction, kind: str, actor: str, *members: str) -> None:
        for member in members:
            subject = f"~{introduction.number}"
            self.told.append((member, "NOTIFICATION_CREATED", kind, subject, actor))
            introduction.notices[member, kind] = (actor, False)

    def _deal_with(self, introduction: Introduction, *members: str) -> None:
        """They have read what they were told of it."""
        for key, (actor, _) in introduction.notices.items():
            if key[0] in members:
                introduction.notices[key] = (actor, True)

    def _end(self, introduction: Introduction) -> None:
        """It is cancelled and what was told of it vanishes; who knows of a decline knew that it was over."""
        gone = [introduction.requester] if introduction.declined_by else introduction.three
        introduction.cancelled_for |= {*gone}
        for key in [key for key in introduction.notices if key[0] in gone]:
            del introduction.notices[key]

    def _write_end(self, introduction: Introduction) -> None:
        is_over = not (introduction.is_accepted or introduction.cancelled_for or introduction.declined_by)
        if is_over and self.now >= introduction.expires_at:
            self._deal_with(introduction, introduction.broker, introduction.target)

    def introduction_notices(self) -> Iterator[tuple[tuple[str, str, str], tuple[str, bool]]]:
        """What everybody was told of introductions."""
        for each in self.introductions:
            for (member, kind), notice in each.notices.items():
                yield (member, kind, f"~{each.number}"), notice
