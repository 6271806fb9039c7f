"""The trials know everything that can be asked and done: what is new in the schema fails here by its name."""

from dataclasses import dataclass
from random import Random

from resolvers.nodes import DOORS
from tests.accounts.people import PASSWORD
from tests.clocks import Clock
from tests.privacy.documents import MUTATIONS, NODE, QUERIES, SUBSCRIPTIONS, object_types, possible
from tests.privacy.filling import PREFIXES, unknown_ids
from tests.privacy.hosts import InProcess
from tests.privacy.recipients import WORDS
from tests.privacy.renaming import Json
from tests.privacy.stories import Story, begin
from tests.privacy.trials import Trial
from tests.world import World

DOCUMENTS = [*QUERIES, *MUTATIONS.values(), *SUBSCRIPTIONS.values()]
NEW_PASSWORD = "a password that is new"


def test_every_field_is_asked_for() -> None:
    asked = set().union(*(document.fields for document in DOCUMENTS))
    assert {f"{named.name}.{name}" for named in object_types() for name in named.fields} - asked == set()


def test_it_is_known_of_what_every_id_is() -> None:
    assert unknown_ids() == [], "Say in `filling.ABOUT` of what these are."
    assert set(PREFIXES) == {named.name for named in possible(NODE)}
    assert sorted(DOORS) == sorted(prefix for prefixes in PREFIXES.values() for prefix in prefixes)


@dataclass
class Script:
    """Every mutation with input that is accepted, in an order in which each makes sense."""

    trial: Trial
    story: Story
    done: set[str]

    async def do(self, mutation: str, **given: Json) -> Json:
        """A mutation that must succeed."""
        payload = await self.trial.do(mutation, **given)
        assert payload["userErrors"] == [], mutation
        self.done.add(mutation)
        return payload

    async def ask_bob(self) -> None:
        """What a sender can do with a request."""
        bob, clock = self.trial.name("bob"), self.trial.clock
        request = (await self.do("sendConnectionRequest", recipientId=bob))["request"]["id"]
        await self.story.keep_secret()
        clock.advance(days=14)
        await self.do("remindConnectionRequest", requestId=request)
        await self.do("withdrawConnectionRequest", requestId=request)
        clock.advance(days=21)
        await self.do("sendConnectionRequest", recipientId=bob)

    async def answer(self) -> None:
        """What a recipient can do with a request, and what with a connection."""
        await self.story.others_act("fay", "asks")
        fay = self.trial.name("fay")
        [received] = (await self.do("follow", targetId=fay))["relationship"]["receivedRequest"].values()
        for mutation in ("ignoreConnectionRequest", "restoreConnectionRequest", "declineConnectionRequest"):
            await self.do(mutation, requestId=received)
        await self.do("liftDecline", requestId=received)
        await self.do("replyToConnectionRequest", requestId=received, body="Who are you?")
        await self.do("answerConnectionRequests", answers=[{"requestId": received, "answer": "NOT_NOW"}])
        await self.do("reportConnectionRequest", requestId=received)
        await self.do("liftDecline", requestId=received)
        await self.do("acceptConnectionRequest", requestId=received)
        await self.order_network(fay)
        await self.do("removeConnection", memberId=fay)
        await self.do("removeConnections", memberIds=[fay])

    async def order_network(self, other: str) -> None:
        """What one keeps on a connection for oneself."""
        tag = (await self.do("saveTag", name="Friends", color="#00aaff"))["tag"]["id"]
        await self.do("tagConnections", memberIds=[other], addTagIds=[tag])
        await self.do("setConnectionNote", memberId=other, note="Met in Lund.")
        await self.do("deleteTag", tagId=tag)
        await self.do("setNetworkGoal", targetConnections=100, purpose="A new job")

    async def introduce(self) -> None:
        """Being introduced, introducing and meeting."""
        bob, eve = self.trial.name("bob"), self.trial.name("eve")
        made = await self.do("requestIntroduction", brokerId=eve, targetId=bob, **WORDS)
        await self.do("cancelIntroduction", introductionId=made["introduction"]["id"])
        await self.story.others_act("fay", "asks")
        fay = (await self.trial.do("follow", targetId=self.trial.name("fay")))["relationship"]
        await self.do("acceptConnectionRequest", requestId=fay["receivedRequest"]["id"])
        await self.do("declineIntroduction", introductionId=await self._wanted_by("gus", "Fay"))
        await self.do("forwardIntroduction", introductionId=await self._wanted_by("fay", "Gus"))
        wanted = await self._wanted_by("bob", "Ada", "eve")
        await self.do("acceptIntroduction", introductionId=wanted)

    async def _wanted_by(self, by: str, target: str, broker: str | None = None) -> str:
        """The introduction that somebody asks Ada or the broker for, who passes it on."""
        self.trial.clock.advance(seconds=1)
        await self.story.others_act(by, f"wants to meet {target}")
        if broker:
            await self.story.others_act(broker, "passes an introduction on")
        [document] = [each for each in QUERIES if each.name == "viewer.introductions"]
        answer = await self.trial.ask(document, dict.fromkeys(document.slots))
        [last, *_] = answer["data"]["viewer"]["introductions"]["nodes"]
        return str(last["id"])

    async def follow(self) -> None:
        """Following, and what keeps others away."""
        eve, dan = self.trial.name("eve"), self.trial.name("dan")
        await self.do("follow", targetId=dan)
        await self.do("updateFollow", targetId=dan, isFavorite=True)
        await self.do("unfollow", targetId=dan)
        await self.do("removeFollower", memberId=dan)
        for mutation in ("muteMember", "unmuteMember", "blockMember", "unblockMember"):
            await self.do(mutation, memberId=eve)
        [suggestion] = self.trial.about_bob("SUG")
        await self.do("dismissSuggestion", suggestionId=suggestion)
        await self.do("reportMember", memberId=eve, comment="Hm.")

    async def talk(self) -> None:
        """Messages, and what one is told of them."""
        sent = await self.do("sendMessage", memberId=self.trial.name("eve"), body="Hello", clientKey="first")
        conversation, message = sent["conversation"]["id"], sent["message"]["id"]
        await self.do("updateMessage", messageId=message, body="Hello!")
        await self.do("signalTyping", conversationId=conversation)
        await self.do("deleteMessage", messageId=message)
        await self.story.others_act("eve", "writes")
        await self.do("markMessagesRead", conversationId=conversation, upToMessageId=message)
        await self.do("markNotificationsRead", upTo=self.trial.first.eyes.known("EventCursor")[-1])
        wanted = {"kind": "MESSAGE_RECEIVED", "enabled": False}
        await self.do("updateNotificationPreferences", preferences=[wanted])

    async def write(self) -> None:
        """The profile, the settings and a company."""
        await self.do("updateProfile", headline="New")
        await self.do("savePosition", title="Baker", companyName="Bakery")
        member = (await self.do("saveEducation", school="School"))["member"]
        [education] = [each["id"] for each in member["education"]]
        await self.do("deleteProfileEntry", entryId=education)
        await self.do("setSkills", names=["Bread"])
        await self.do("updatePrivacy", discoverable=False)
        made = await self.do("createCompany", handle=self.trial.fresh(), name="Bakery")
        await self.do("updateCompany", companyId=made["company"]["id"], name="Better bakery")
        await self.do("startNetworkExport", format="VCARD")

    async def sign_in_and_out(self) -> None:
        """The account."""
        handle, own = self.trial.fresh(), self.trial.first.eyes.known("address")[0]
        names = {"givenName": "New", "familyName": "Member"}
        address = f"{handle}@a.test"
        await self.do("signUp", email=address, password=PASSWORD, handle=handle, **names)
        signed_in = await self.do("signIn", email=own, password=PASSWORD)
        await self.do("refreshSession", refreshToken=signed_in["refreshToken"].rpartition(" of ")[0])
        await self.do("signOut", sessionId=self.trial.first.eyes.known("S")[-1])
        await self.do("changePassword", currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
        await self.do("closeAccount", password=NEW_PASSWORD)


async def test_every_mutation_succeeds_in_the_trials(world: World, host: InProcess, clock: Clock) -> None:
    trial = await begin(world, host, clock, ["ignored", "declined"], Random(1))
    script = Script(trial, Story.of(trial), set())
    first = (script.ask_bob, script.answer, script.introduce, script.talk)
    for part in (*first, script.follow, script.write, script.sign_in_and_out):
        await part()
    assert script.done == set(MUTATIONS)
