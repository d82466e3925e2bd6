// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A person or program that may be allowed something: whoever has proved to be it. */
public class UserService extends AuthorizationDocument<UserService.UserState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_USERS;

  /** A factory that updates a user when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(UserService.class, UserState.class);
  }

  /** The document. */
  @DocumentKind(UserState.KIND)
  public static class UserState extends ServiceDocument {
    public static final String KIND = "com:vmware:xenon:services:common:UserService:UserState";
    public static final String FIELD_NAME_EMAIL = "email";
    public static final String FIELD_NAME_USER_GROUP_LINKS = "userGroupLinks";

    /** How it is named at a login. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String email;

    /** The groups that it is in. If there are any, no group's query adds to them. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Set<String> userGroupLinks;

    /** The only tenant whose documents it sees; absent for one that belongs to none. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String tenantLink;

    /** Whether it may do nothing, whatever its groups may. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable Boolean isDisabled;
  }

  /** Declares what the runtime is to do for these documents. */
  public UserService() {
    super(UserState.class);
  }

  @Override
  void check(UserState state) {
    String email = state.email;
    require(UserState.FIELD_NAME_EMAIL, email);
    if (email == null || !isEmail(email)) {
      throw new IllegalArgumentException("email is invalid");
    }
    if (state.userGroupLinks != null) {
      state.userGroupLinks.forEach(
          link -> requireLink(UserState.FIELD_NAME_USER_GROUP_LINKS, link));
    }
    if (state.tenantLink != null) {
      requireLink("tenantLink", state.tenantLink);
    }
  }

  /** Whether there is exactly one at sign, with something before and behind it. */
  static boolean isEmail(String text) {
    int at = text.indexOf('@');
    return at > 0 && at < text.length() - 1 && at == text.lastIndexOf('@');
  }
}
