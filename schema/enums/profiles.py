"""Enums of profiles, of who sees them, and of tokens."""

from auth import identity
from rules import audiences, terms
from schema.enums.describing import describe

describe(
    identity.OAuthScope,
    "OAuth scopes a third party may ask for.",
    PROFILE_READ="Read profiles and settings as the viewer; without it profiles show only what is public.",
    PROFILE_WRITE="Change the viewer's profile, privacy and preferences.",
    NETWORK_READ="Read connections, follows, degrees, paths, suggestions and introductions.",
    NETWORK_WRITE="Remove connections, follow, block, tag, introduce, endorse and join groups.",
    REQUESTS_READ="Read connection requests and allowances.",
    REQUESTS_WRITE="Send and answer connection requests.",
    MESSAGES_READ="Read conversations.",
    MESSAGES_WRITE="Write messages.",
    CONTENT_READ="Read the feed, milestones and bookmarked jobs.",
    CONTENT_WRITE="Publish, comment, react and manage companies, jobs and groups.",
    NOTIFICATIONS_READ="Read notifications.",
    NOTIFICATIONS_WRITE="Mark notifications read and choose their kinds.",
    EXPORT="Export the viewer's connections.",
)

describe(
    terms.CareerLevel,
    "Career level; drives the network-size benchmark.",
    STUDENT="Still studying.",
    RECENT_GRADUATE="Just finished studying.",
    YOUNG_PROFESSIONAL="First years of work.",
    ESTABLISHED_PROFESSIONAL="Settled in the profession.",
    EXECUTIVE="Leads an organisation.",
)

describe(
    audiences.Audience,
    "Who may see something.",
    PUBLIC="Anybody, also without an account.",
    MEMBERS="Any signed-in member.",
    NETWORK="1st to 3rd degree.",
    FOLLOWERS="Connections and followers.",
    CONNECTIONS="1st degree.",
    GROUP="Members of one group; posts only.",
    ONLY_ME="Only the owner.",
)

describe(
    audiences.ConnectionsVisibility,
    "Who sees the connections list.",
    NETWORK="1st to 3rd degree.",
    CONNECTIONS="1st degree.",
    ONLY_ME="Only the owner; shared connections stay visible to connections.",
    NOBODY="Nobody: shared connections, paths and introductions through the owner are hidden too.",
)

describe(
    audiences.ProfileSection,
    "Part of a profile.",
    FAMILY_NAME="Family name; an initial is shown instead.",
    PHOTO="Profile photo.",
    HEADLINE="Line under the name.",
    INDUSTRY="Industry and career level.",
    SUMMARY="The 'about' text.",
    EXPERIENCE="Positions held.",
    EDUCATION="Courses of study.",
    SKILLS="Skills, endorsement counts and languages.",
    ACCOMPLISHMENTS="Certificates, publications and awards.",
    RECOMMENDATIONS="Recommendations received.",
    EMAIL="Email of the contact data.",
    PHONE="Phone number.",
    WEBSITES="Web sites and the preferred channel.",
    LOCATION="Place of work or life.",
    CONNECTION_COUNT="Number of connections.",
    CONNECTIONS_LIST="The list of connections; set by `ConnectionsVisibility`.",
    MUTUAL_CONNECTIONS="Shared connections; set by `ConnectionsVisibility`.",
    FOLLOWER_COUNT="Number of followers.",
    FOLLOWERS="Who follows.",
    FOLLOWING="Who is followed.",
    ACTIVITY="Own reactions and comments, where others' feeds show them.",
    MILESTONES="Professional milestones.",
)

describe(
    audiences.VisibilityReason,
    "Why a part is hidden.",
    AUDIENCE_SETTING="The owner keeps it; no action opens it.",
    DEGREE_TOO_FAR="Only for members nearer in the network.",
    NOT_FOLLOWING="Only for followers.",
    NOT_SIGNED_IN="Only for members.",
    BLOCKED_BY_VIEWER="The viewer blocks the owner.",
    SCOPE_MISSING="The token's scopes do not cover it.",
    TEMPORARILY_UNAVAILABLE="It could not be loaded; try again.",
)

describe(
    audiences.ProfileAction,
    "A button on a profile.",
    CONNECT="Send a request.",
    FOLLOW="Follow the member.",
    MESSAGE="Write a message.",
    ACCEPT_REQUEST="Accept the request received.",
    WITHDRAW_REQUEST="Take back the request sent.",
    REQUEST_INTRODUCTION="Ask a shared connection.",
    EMAIL="Write to the address shown.",
    NONE="Nothing to offer.",
)

describe(
    audiences.RequestAudience,
    "Who may send requests.",
    ANYONE="Every member.",
    SECOND_DEGREE="Members with a shared connection.",
    KNOWS_EMAIL="Who knows the email address.",
    NOBODY="No one.",
)

describe(audiences.FollowAudience, "Who may follow.", ANYONE="Every member.", CONNECTIONS="Connections only.")

describe(
    audiences.ProfileViewMode,
    "How a visitor appears.",
    FULL="With name and photo.",
    SEMI_PRIVATE="With a label such as position and industry.",
    PRIVATE="Counted only, and own visitors are counted only.",
)
