"""The moves of a request as the table of transitions has them: who makes them, what changes, who is told.

A move returns what its payload should say beyond the views of the two, or raises `Refusal`.
"""

from datetime import datetime

from tests.walk.facts import FEWEST, JUDGED, NOTICE, Decline, Introduction, Request
from tests.walk.links import Links
from tests.walk.telling import Json, Refusal, error, invalid, not_permitted


class Model(Links):
    """The network, and everything that its members may do in it."""

    # Rows 1 and 2: SEND

    def send_connection_request(
        self,
        viewer: str,
        other: str,
        note: str | None,
        email: str | None,
        introduction: int | None,
        *,
        follow: bool,
    ) -> Json:
        self.need_short(note)
        self.need_member(viewer, other)
        named = self.need_named(viewer, other, introduction)
        self.need_not_self(viewer, other)
        if self.are_connected(viewer, other):
            raise not_permitted("ALREADY_CONNECTED")
        if theirs := self.open_request(other, viewer, eyes=other):
            self._accept(viewer, theirs, follow=follow)
            return {"request": theirs, "created": False, "connection": True}
        if own := self.open_request(viewer, other, eyes=viewer):
            return {"request": own, "created": False, "connection": False}
        self._need_what_it_takes(viewer, other, note, email)
        return {
            "request": self._send(viewer, other, note, named, follow=follow),
            "created": True,
            "connection": False,
        }

    def need_short(self, text: str | None) -> None:
        if text and len(text) > self.numbers.note_max_length:
            raise Refusal(invalid("TOO_LONG", f"maxLength={self.numbers.note_max_length}"))

    def _need_what_it_takes(self, viewer: str, other: str, note: str | None, email: str | None) -> None:
        if self.people[other].who_can_request == "KNOWS_EMAIL" and email != other:
            raise not_permitted("EMAIL_REQUIRED")
        if self.people[other].require_note and not note:
            raise not_permitted("NOTE_REQUIRED")
        if error := self.refusal_to_send(viewer, other):
            raise Refusal(error)

    def refusal_to_send(self, viewer: str, other: str) -> dict[str, Json] | None:
        """Why no new request can go out now, whatever it brings along."""
        audience = self.people[other].who_can_request
        if audience == "NOBODY" or (audience == "SECOND_DEGREE" and not self.is_second(viewer, other)):
            return error("NOT_PERMITTED", reason="RECIPIENT_DOES_NOT_ACCEPT")
        if wait := self.cooldown(viewer, other):
            return error("COOLDOWN", basis=wait.basis, availableAt=wait.until)
        if self.is_barred(viewer, other):
            return error("NOT_PERMITTED", reason="RECIPIENT_DOES_NOT_ACCEPT")
        weekly, pending, *_ = self.quotas(viewer)
        if weekly["restrictedUntil"] or not weekly["remaining"]:
            return error("QUOTA_EXCEEDED", quota=weekly)
        if not pending["remaining"]:
            return error("QUOTA_EXCEEDED", quota=pending)
        return self.capacity_error(viewer_is_full=True) if self.is_full(viewer) else None

    def _send(
        self, viewer: str, other: str, note: str | None, named: Introduction | None, *, follow: bool
    ) -> Request:
        hidden = self.hidden_decline(viewer, other)
        for request in self.between(viewer, other):
            self.write_expiry(request)
        self._lift_all(viewer, other)
        expires_at = self.now + self.numbers.request_lifetime
        request = Request(len(self.requests), viewer, other, self.now, expires_at, note)
        request.decline, request.delivered, request.names = hidden, hidden is None, named
        self.add(request)
        self.changed(request, "SEND", *(request.both if request.delivered else [viewer]))
        if request.delivered:
            self.notify(other, "CONNECTION_REQUEST_RECEIVED", request, viewer)
        if follow and self.may_follow(viewer, other) and self.begin_follow(viewer, other, "MANUAL"):
            self.related(viewer, other)
        return request

    # Rows 3 and 4: REMIND and WITHDRAW

    def remind_connection_request(self, viewer: str, request: int, line: str | None) -> Json:
        self.need_short(line)
        sent = self.need_request(viewer, request, "sender")
        self.need_state(sent, viewer, "PENDING")
        if sent.reminders >= self.numbers.max_reminders:
            raise not_permitted("LIMIT_REACHED")
        if self.now < self.remind_from(sent):
            raise Refusal(error("COOLDOWN", basis=None, availableAt=self.remind_from(sent)))
        sent.reminders, sent.reminded_at = sent.reminders + 1, self.now
        arrives = self.state(sent, sent.recipient) == "PENDING" and not sent.ignored
        self.changed(sent, "REMIND", *(sent.both if arrives else [viewer]))
        if arrives:
            sent.line = line
        if arrives and not self.mutes_now(sent.recipient, viewer):
            self.notify(sent.recipient, "CONNECTION_REQUEST_REMINDER", sent, viewer)
        return {"request": sent}

    def withdraw_connection_request(self, viewer: str, request: int) -> Json:
        sent = self.need_request(viewer, request, "sender")
        if self.state(sent, viewer) != "WITHDRAWN":
            self.need_state(sent, viewer, "PENDING")
            sent.withdrawn_at = self.now
            self.changed(sent, "WITHDRAW", viewer)
            self.retract(sent)
        return {"request": sent}

    # Rows 5 and 6: ACCEPT

    def accept_connection_request(
        self, viewer: str, request: int, welcome: str | None = None, *, follow: bool = True
    ) -> Json:
        got = self.need_request(viewer, request, "recipient")
        is_repeated = self.state(got, viewer) == "ACCEPTED" and self.are_connected(*got.both)
        if not is_repeated:
            self.need_state(got, viewer, "PENDING")
            self._need_room(viewer, got.sender)
            if welcome:
                self._write(viewer, got.sender)
            self._accept(viewer, got, follow=follow)
        return {"request": got, "connection": True, "conversation": bool(welcome) and not is_repeated}

    def _accept(self, viewer: str, request: Request, *, follow: bool) -> None:
        self._need_room(viewer, request.other(viewer))
        other, named = request.other(viewer), request.names
        is_passed_on = named is not None and named.forwarded_at is not None and self.seems_open(named)
        self._agree(request)
        self.notify(other, "CONNECTION_REQUEST_ACCEPTED", request, viewer)
        self._connect(viewer, other, named if is_passed_on else None, follow=follow)

    def _agree(self, request: Request) -> None:
        request.accepted_at, request.decline = self.now, None
        request.delivered, request.ignored = True, False
        self.read(request)
        self.changed(request, "ACCEPT", *request.both)

    def _connect(self, viewer: str, other: str, introduction: Introduction | None, *, follow: bool) -> None:
        """Both are connected; what was open between them ends, but for the introduction that led there."""
        two = frozenset((viewer, other))
        self.connected[two] = self.now
        self.removed.pop(two, None)
        self.behind.pop(two, None)
        if introduction:
            self.behind[two] = introduction
            self.agree_to(introduction)
        self.end_introductions(viewer, other)
        if follow:
            self.begin_follow(viewer, other, "CONNECTED")
        self.begin_follow(other, viewer, "CONNECTED")
        self.related(viewer, other)
        self.related(other, viewer)

    def _write(self, viewer: str, other: str) -> None:
        """The first message of two who are being connected."""
        self._need_message(viewer)
        self.message(viewer, other)
        self.threads.add(frozenset((viewer, other)))

    def accept_introduction(self, viewer: str, introduction: int, message: str | None) -> Json:
        """Connects as a request does, and agrees to any that is open between the two."""
        found = self.need_introduction(viewer, introduction, "TARGET")
        requester = found.requester
        if self.stage(found, viewer) != "ACCEPTED" or not self.are_connected(viewer, requester):
            self.need_stage(found, viewer, "FORWARDED")
            self._need_room(viewer, requester)
            if message:
                self._need_message(viewer)
            both = ((viewer, requester), (requester, viewer))
            for sender, recipient in both:
                if request := self.open_request(sender, recipient, eyes=sender):
                    self._agree(request)
            for sender, recipient in both:
                self._lift_all(recipient, sender)
            self._connect(viewer, requester, found, follow=True)
            if message:
                self._write(viewer, requester)
        return {"introduction": found, "connection": True}

    def _need_room(self, viewer: str, other: str) -> None:
        for member in (viewer, other):
            if self.is_full(member):
                raise Refusal(self.capacity_error(viewer_is_full=member == viewer))

    def _need_message(self, viewer: str) -> None:
        messages = self.quotas(viewer)[3]
        if not messages["remaining"]:
            raise Refusal(error("QUOTA_EXCEEDED", quota=messages))

    def capacity_error(self, *, viewer_is_full: bool) -> dict[str, Json]:
        """One of the two has as many connections as can be."""
        limit = self.numbers.max_connections
        return error("CAPACITY_REACHED", limit=limit, viewerIsFull=viewer_is_full, alternative="FOLLOW")

    # Rows 7 to 9: IGNORE, RESTORE and REPLY

    def ignore_connection_request(self, viewer: str, request: int) -> Json:
        got = self._need_pending(viewer, request)
        if not got.ignored:
            got.ignored = True
            self.read(got)
            self.changed(got, "IGNORE", viewer)
        return {"request": got}

    def restore_connection_request(self, viewer: str, request: int) -> Json:
        got = self._need_pending(viewer, request)
        if got.ignored:
            got.ignored = False
            self.changed(got, "RESTORE", viewer)
        return {"request": got}

    def reply_to_connection_request(self, viewer: str, request: int) -> Json:
        got = self._need_pending(viewer, request)
        if self.restriction(viewer):
            raise Refusal(error("MESSAGING_NOT_ALLOWED", reason="RESTRICTED"))
        self._need_message(viewer)
        got.messages += 1
        self.read(got)
        self.changed(got, "REPLY", *got.both)
        self.notify(got.sender, "CONNECTION_REQUEST_REPLIED", got, viewer)
        self.message(viewer, got.sender)
        return {"request": got, "message": {"body": "What is it about?"}}

    def _need_pending(self, viewer: str, request: int) -> Request:
        got = self.need_request(viewer, request, "recipient")
        self.need_state(got, viewer, "PENDING")
        return got

    # Rows 10 to 12: DECLINE, REPORT and LIFT_DECLINE

    def decline_connection_request(self, viewer: str, request: int, kind: str) -> Json:
        got, before = self._need_declinable(viewer, request)
        if not (before and before.kind == kind and not before.lifted):
            self._decline(got, kind, "DECLINE")
        return {"request": got}

    def report_connection_request(self, viewer: str, request: int) -> Json:
        got, before = self._need_declinable(viewer, request)
        if not (got.reported and before and before.kind == "DONT_KNOW" and not before.lifted):
            self._decline(got, "DONT_KNOW", "REPORT")
            self.reports[viewer, got.sender] += not got.reported
            got.reported = True
        return {"request": got}

    def _need_declinable(self, viewer: str, request: int) -> tuple[Request, Decline | None]:
        """A declined request can be declined otherwise for as long as it would have been open."""
        got = self.need_request(viewer, request, "recipient")
        if not (self.state(got, viewer) == "DECLINED" and self.now < got.expires_at):
            self.need_state(got, viewer, "PENDING")
        return got, got.decline

    def _decline(self, request: Request, kind: str, event: str) -> None:
        request.decline = request.decline or Decline(kind, self.now)
        request.decline.kind, request.decline.lifted = kind, False
        request.ignored = False
        self.read(request)
        self.changed(request, event, request.recipient)

    def lift_decline(self, viewer: str, request: int) -> Json:
        got = self.need_request(viewer, request, "recipient")
        if self.state(got, viewer) != "DECLINED":
            self.need_state(got, viewer, "PENDING")
        elif got.decline and not got.decline.lifted:
            self._lift_all(viewer, got.sender)
        return {"request": got}

    def _lift_all(self, recipient: str, sender: str) -> None:
        """The sender may ask again: what they see open is open again, the rest bars them no longer."""
        declined = [
            each for each in self.between(sender, recipient) if each.sender == sender and each.decline
        ]
        for request in [each for each in declined if each.decline and not each.decline.lifted]:
            self._lift(request)

    def _lift(self, request: Request) -> None:
        if self.state(request, request.sender) == "PENDING":
            request.decline, request.delivered = None, True
        elif request.decline:
            request.decline.lifted = True
        if request.delivered:
            self.changed(request, "LIFT_DECLINE", request.recipient)

    # Row 13: EXPIRE, and the jobs

    def expire(self) -> None:
        """Write down what every reader sees already."""
        for request in self.requests:
            self.write_expiry(request)

    def announce(self) -> None:
        """Tell recipients once of what expires within seven days, unless they ignore it."""
        for request in self.requests:
            is_open = self.state(request, request.recipient) == "PENDING" and not request.ignored
            if is_open and not request.announced and self.now >= request.expires_at - NOTICE:
                request.announced = True
                self.notify(request.recipient, "CONNECTION_REQUEST_EXPIRING", request, request.sender)

    def restrict(self) -> None:
        """Judge everybody who got an answer in the last two days by their last hundred answers."""
        for member in self.names:
            answers = sorted(self._answers(member), reverse=True)[:JUDGED]
            unknown = sum(kind == "DONT_KNOW" for _, kind in answers)
            is_judged = len(answers) >= FEWEST and answers[0][0] >= self.now - 2 * NOTICE / 7
            is_too_many = unknown > self.numbers.restricted_share * len(answers)
            if is_judged and is_too_many and not self.restriction(member):
                self.people[member].restricted_until = self.now + self.numbers.restriction
                self.told.append((member, "NOTIFICATION_CREATED", "QUOTA_NOTICE"))

    def _answers(self, sender: str) -> list[tuple[datetime, str]]:
        """When the requests were answered and how; a report counts whatever became of the request."""
        sent = [request for request in self.sent(sender) if request.delivered]
        accepted = [(each.accepted_at, each, "") for each in sent if each.accepted_at]
        declined = [(each.decline.at, each, each.decline.kind) for each in sent if each.decline]
        return [(at, "DONT_KNOW" if each.reported else kind) for at, each, kind in accepted + declined]
