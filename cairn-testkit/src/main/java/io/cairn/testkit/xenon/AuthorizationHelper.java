// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.Utils;
import io.cairn.service.authorization.ResourceGroupService;
import io.cairn.service.authorization.ResourceGroupService.ResourceGroupState;
import io.cairn.service.authorization.RoleService;
import io.cairn.service.authorization.RoleService.Policy;
import io.cairn.service.authorization.RoleService.RoleState;
import io.cairn.service.authorization.UserGroupService;
import io.cairn.service.authorization.UserGroupService.UserGroupState;
import io.cairn.service.authorization.UserService;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.testkit.TestRequestSender;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the users, groups and roles that Xenon's tests work with, on behalf of whom the test acts
 * for. Used by one thread.
 */
public class AuthorizationHelper {

  private final VerificationHost host;
  private @Nullable String userGroupLink;
  private @Nullable String resourceGroupLink;
  private @Nullable String roleLink;

  /** Sends by a host. */
  public AuthorizationHelper(VerificationHost host) {
    this.host = host;
  }

  /** Makes a user, and gives its link. */
  public static String createUserService(VerificationHost host, ServiceHost target, String email)
      throws Throwable {
    return new AuthorizationHelper(host).createUserService(target, email);
  }

  /** Makes a user, and gives its link. */
  public String createUserService(ServiceHost target, String email) throws Throwable {
    UserState user = new UserState();
    user.email = email;
    user.documentSelfLink = email;
    return link(target, UserService.FACTORY_LINK, user);
  }

  /** Changes a user. */
  public void patchUserService(ServiceHost target, String userLink, UserState user)
      throws Throwable {
    sender().sendAndWait(Operation.createPatch(target, userLink).setBody(user));
  }

  /** The link of the user of an e-mail address; null if there is none. */
  public @Nullable String findUserServiceLink(String email) throws Throwable {
    List<String> found =
        sender()
            .sendGetAndWait(
                UriUtils.extendUriWithQuery(
                    UriUtils.buildUri(host, UserService.FACTORY_LINK),
                    UriUtils.URI_PARAM_ODATA_FILTER,
                    "email eq '" + email + "'"),
                ServiceDocumentQueryResult.class)
            .documentLinks;
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Logs in at the host, and gives the token. */
  public String login(String email, String password) throws Throwable {
    return AuthTestUtils.login(host, email, password);
  }

  /**
   * Lets a user do everything to the examples that have the user's name, which is the address up to
   * the {@code @}, and to the factory of examples.
   *
   * @return the links of the roles
   */
  public Collection<String> createRoles(ServiceHost target, String email) throws Throwable {
    String name = email.substring(0, email.indexOf('@'));
    userGroupLink =
        createUserGroup(
            target,
            getUserGroupName(email),
            Query.Builder.create().addFieldClause(UserState.FIELD_NAME_EMAIL, email).build());
    Query own =
        Query.Builder.create(Occurance.SHOULD_OCCUR)
            .addFieldClause(
                ServiceDocument.FIELD_NAME_KIND, Utils.buildKind(ExampleServiceState.class))
            .addFieldClause("name", name)
            .build();
    Query factory =
        Query.Builder.create(Occurance.SHOULD_OCCUR)
            .addFieldClause(
                ServiceDocument.FIELD_NAME_SELF_LINK, ExampleService.FACTORY_LINK, MatchType.TERM)
            .build();
    resourceGroupLink =
        createResourceGroup(
            target,
            name + "-resource-group",
            Query.Builder.create().addClause(own).addClause(factory).build());
    roleLink = createRole(target, userGroupLink, resourceGroupLink, EnumSet.allOf(Action.class));
    return List.of(roleLink);
  }

  /** The name of the group of a user. */
  public String getUserGroupName(String email) {
    return email.substring(0, email.indexOf('@')) + "-user-group";
  }

  /** Makes a group of users, and gives its link. */
  public String createUserGroup(ServiceHost target, String name, Query query) throws Throwable {
    UserGroupState group = new UserGroupState();
    group.documentSelfLink = name;
    group.query = query;
    return link(target, UserGroupService.FACTORY_LINK, group);
  }

  /** Makes a group of resources, and gives its link. */
  public String createResourceGroup(ServiceHost target, String name, Query query) throws Throwable {
    ResourceGroupState group = new ResourceGroupState();
    group.documentSelfLink = name;
    group.query = query;
    return link(target, ResourceGroupService.FACTORY_LINK, group);
  }

  /** Lets a group do something, and gives the link of the role. */
  public String createRole(
      ServiceHost target, String userGroup, String resourceGroup, Set<Action> verbs)
      throws Throwable {
    RoleState role = new RoleState();
    role.documentSelfLink =
        UriUtils.getLastPathSegment(userGroup) + "-" + UriUtils.getLastPathSegment(resourceGroup);
    role.userGroupLink = userGroup;
    role.resourceGroupLink = resourceGroup;
    role.verbs = Set.copyOf(verbs);
    role.policy = Policy.ALLOW;
    return link(target, RoleService.FACTORY_LINK, role);
  }

  private TestRequestSender sender() {
    return new TestRequestSender(host);
  }

  private String link(ServiceHost target, String factory, ServiceDocument state) {
    ServiceDocument created =
        sender()
            .sendAndWait(Operation.createPost(target, factory).setBody(state), state.getClass());
    return String.valueOf(created.documentSelfLink);
  }

  public void setUserGroupLink(@Nullable String link) {
    userGroupLink = link;
  }

  public void setResourceGroupLink(@Nullable String link) {
    resourceGroupLink = link;
  }

  public void setRoleLink(@Nullable String link) {
    roleLink = link;
  }

  /** The group of users that was made last. */
  public @Nullable String getUserGroupLink() {
    return userGroupLink;
  }

  /** The group of resources that was made last. */
  public @Nullable String getResourceGroupLink() {
    return resourceGroupLink;
  }

  /** The role that was made last. */
  public @Nullable String getRoleLink() {
    return roleLink;
  }
}
