// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Allows or denies a group of users some verbs at a group of resources. Any that denies wins. */
public class RoleService extends AuthorizationDocument<RoleService.RoleState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_ROLES;

  /** A factory that updates a role when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(RoleService.class, RoleState.class);
  }

  /** What a role does. */
  public enum Policy {
    ALLOW,
    DENY
  }

  /** The document. */
  @DocumentKind(RoleState.KIND)
  public static class RoleState extends ServiceDocument {
    public static final String KIND = "com:vmware:xenon:services:common:RoleService:RoleState";
    public static final String FIELD_NAME_USER_GROUP_LINK = "userGroupLink";
    public static final String FIELD_NAME_RESOURCE_GROUP_LINK = "resourceGroupLink";
    public static final String FIELD_NAME_VERBS = "verbs";
    public static final String FIELD_NAME_POLICY = "policy";
    public static final String FIELD_NAME_PRIORITY = "priority";

    /** Who is allowed or denied something. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String userGroupLink;

    /** At what. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String resourceGroupLink;

    /** What it is. A PATCH says all of them. */
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Set<Action> verbs;

    /** Whether it is allowed or denied. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable Policy policy;

    /** Kept for clients of the predecessor, and without effect, as there. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable Integer priority;

    /** Builds a role. Not thread-safe. */
    public static final class Builder {
      private final RoleState state = new RoleState();

      private Builder() {}

      /** A role that says nothing yet. */
      public static Builder create() {
        return new Builder();
      }

      public Builder withSelfLink(String link) {
        state.documentSelfLink = link;
        return this;
      }

      public Builder withUserGroupLink(String link) {
        state.userGroupLink = link;
        return this;
      }

      public Builder withResourceGroupLink(String link) {
        state.resourceGroupLink = link;
        return this;
      }

      public Builder withVerbs(Set<Action> verbs) {
        state.verbs = verbs.isEmpty() ? EnumSet.noneOf(Action.class) : EnumSet.copyOf(verbs);
        return this;
      }

      public Builder withPolicy(Policy policy) {
        state.policy = policy;
        return this;
      }

      public RoleState build() {
        return state;
      }
    }
  }

  /** Declares what the runtime is to do for these documents. */
  public RoleService() {
    super(RoleState.class);
  }

  @Override
  void check(RoleState state) {
    requireLink(RoleState.FIELD_NAME_USER_GROUP_LINK, state.userGroupLink);
    requireLink(RoleState.FIELD_NAME_RESOURCE_GROUP_LINK, state.resourceGroupLink);
    require(RoleState.FIELD_NAME_POLICY, state.policy);
    if (state.verbs == null || state.verbs.isEmpty()) {
      throw new IllegalArgumentException("verbs is required, such as [\"GET\"]");
    }
  }

  @Override
  void merge(Operation patch, RoleState state) {
    super.merge(patch, state);
    if (patch.getBodyRaw() instanceof RoleState || isPartial(patch)) {
      Set<Action> verbs = bodyOf(patch).verbs;
      state.verbs = verbs == null ? state.verbs : verbs;
    }
  }

  /** Whether a body is not one of those that change collections and maps. */
  private static boolean isPartial(Operation patch) {
    return patch.getBody(JsonNode.class).path("kind").asString("").isEmpty();
  }
}
