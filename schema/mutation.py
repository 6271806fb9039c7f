"""The root of all writes."""

import strawberry

from auth.identity import OAuthScope
from resolvers import accounts, profiles, settings
from schema import accounts as account_types
from schema import profiles as profile_types
from schema.fields import mutation
from schema.settings import UpdatePrivacyInput, UpdatePrivacyPayload

PROFILE_WRITE = [OAuthScope.PROFILE_WRITE]


@strawberry.type(
    description="Write operations. Each takes one `input` and answers expected refusals as `userErrors`."
)
class Mutation:
    """What can be done."""

    sign_up: account_types.SignUpPayload | None = mutation(
        "Create an account and sign in. `handle` and `email` are unique.",
        accounts.sign_up,
        account_types.SignUpInput,
    )
    sign_in: account_types.SignInPayload | None = mutation(
        "Exchange email and password for a session. A wrong email and a wrong password answer alike.",
        accounts.sign_in,
        account_types.SignInInput,
    )
    refresh_session: account_types.RefreshSessionPayload | None = mutation(
        "Exchange a refresh token for a new pair. A token used twice ends its whole session.",
        accounts.refresh_session,
        account_types.RefreshSessionInput,
    )
    sign_out: account_types.SignOutPayload | None = mutation(
        "End this session or another of the viewer's.",
        accounts.sign_out,
        account_types.SignOutInput,
        scopes=[],
    )
    change_password: account_types.ChangePasswordPayload | None = mutation(
        "Change the password; every other session ends.",
        accounts.change_password,
        account_types.ChangePasswordInput,
        scopes=[],
    )
    close_account: account_types.CloseAccountPayload | None = mutation(
        "Close the account: the profile disappears at once, personal data is erased after the grace time of "
        "`NetworkPolicy`.",
        accounts.close_account,
        account_types.CloseAccountInput,
        scopes=[],
    )
    update_profile: profile_types.UpdateProfilePayload | None = mutation(
        "Change the profile. Absent fields stay; null clears.",
        profiles.update_profile,
        profile_types.UpdateProfileInput,
        scopes=PROFILE_WRITE,
    )
    save_position: profile_types.SavePositionPayload | None = mutation(
        "Add or change a position.",
        profiles.save_position,
        profile_types.SavePositionInput,
        scopes=PROFILE_WRITE,
    )
    save_education: profile_types.SaveEducationPayload | None = mutation(
        "Add or change an education entry.",
        profiles.save_education,
        profile_types.SaveEducationInput,
        scopes=PROFILE_WRITE,
    )
    delete_profile_entry: profile_types.DeleteProfileEntryPayload | None = mutation(
        "Delete a position or an education entry.",
        profiles.delete_profile_entry,
        profile_types.DeleteProfileEntryInput,
        scopes=PROFILE_WRITE,
    )
    set_skills: profile_types.SetSkillsPayload | None = mutation(
        "Set the skills in order; a new name is a new skill.",
        profiles.set_skills,
        profile_types.SetSkillsInput,
        scopes=PROFILE_WRITE,
    )
    update_privacy: UpdatePrivacyPayload | None = mutation(
        "Change privacy settings. Absent fields stay.",
        settings.update_privacy,
        UpdatePrivacyInput,
        scopes=PROFILE_WRITE,
    )
