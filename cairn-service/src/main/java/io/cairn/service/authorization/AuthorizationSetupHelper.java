// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.DeferredResult;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.AuthCredentialsService.AuthCredentialsServiceState;
import io.cairn.service.authorization.ResourceGroupService.ResourceGroupState;
import io.cairn.service.authorization.RoleService.Policy;
import io.cairn.service.authorization.RoleService.RoleState;
import io.cairn.service.authorization.UserGroupService.UserGroupState;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a user with its password, a group for it and a role, as applications do at their start.
 * What is there already is left as it is, so that it may run at each start and on each node. Not
 * thread-safe.
 */
public class AuthorizationSetupHelper {

  /** Told when all is there, or why it is not. */
  @FunctionalInterface
  public interface AuthSetupCompletion {
    /** Receives null, or the failure. */
    void handle(@Nullable Exception failure);
  }

  private @Nullable ServiceHost host;
  private @Nullable String userSelfLink;
  private @Nullable String userEmail;
  private @Nullable String userPassword;
  private @Nullable String credentialsSelfLink;
  private @Nullable String userGroupName;
  private @Nullable String resourceGroupName;
  private @Nullable String roleName;
  private @Nullable String documentKind;
  private @Nullable String documentLink;
  private @Nullable Query userGroupQuery;
  private @Nullable Query resourceQuery;
  private Set<Action> verbs = EnumSet.allOf(Action.class);
  private Policy policy = Policy.ALLOW;
  private boolean isAdmin;
  private boolean updatesUserGroup;
  private AuthSetupCompletion completion = failure -> {};

  /** A helper that knows nothing yet. */
  public static AuthorizationSetupHelper create() {
    return new AuthorizationSetupHelper();
  }

  public AuthorizationSetupHelper setHost(ServiceHost serviceHost) {
    host = serviceHost;
    return this;
  }

  /** Sets the link, or the last segment of it; without this it is the e-mail address. */
  public AuthorizationSetupHelper setUserSelfLink(String link) {
    userSelfLink = link;
    return this;
  }

  public AuthorizationSetupHelper setUserEmail(String email) {
    userEmail = email;
    return this;
  }

  public AuthorizationSetupHelper setUserPassword(String password) {
    userPassword = password;
    return this;
  }

  /** Sets the link of the credentials, or its last segment; without this it is the user's. */
  public AuthorizationSetupHelper setCredentialsSelfLink(String link) {
    credentialsSelfLink = link;
    return this;
  }

  /** Sets whether the user may do everything, whatever else is said of resources. */
  public AuthorizationSetupHelper setIsAdmin(boolean admin) {
    isAdmin = admin;
    return this;
  }

  /** Lets the role reach documents of a kind that the user has made. */
  public AuthorizationSetupHelper setDocumentKind(String kind) {
    documentKind = kind;
    return this;
  }

  /** Lets the role reach one link. */
  public AuthorizationSetupHelper setDocumentLink(String link) {
    documentLink = link;
    return this;
  }

  /** Sets who is in the group; without this it is the user. */
  public AuthorizationSetupHelper setUserGroupQuery(Query query) {
    userGroupQuery = query;
    return this;
  }

  /** Sets what the role reaches. */
  public AuthorizationSetupHelper setResourceQuery(Query query) {
    resourceQuery = query;
    return this;
  }

  public AuthorizationSetupHelper setVerbs(Set<Action> allowed) {
    verbs = EnumSet.copyOf(allowed);
    return this;
  }

  public AuthorizationSetupHelper setPolicy(Policy of) {
    policy = of;
    return this;
  }

  public AuthorizationSetupHelper setUserGroupName(String name) {
    userGroupName = name;
    return this;
  }

  public AuthorizationSetupHelper setResourceGroupName(String name) {
    resourceGroupName = name;
    return this;
  }

  public AuthorizationSetupHelper setRoleName(String name) {
    roleName = name;
    return this;
  }

  /** Sets whether the user's document names the group. */
  public AuthorizationSetupHelper setUpdateUserGroupForUser(boolean update) {
    updatesUserGroup = update;
    return this;
  }

  public AuthorizationSetupHelper setCompletion(AuthSetupCompletion handler) {
    completion = handler;
    return this;
  }

  /** As the other form; the operation that the handler gets means nothing. */
  public AuthorizationSetupHelper setCompletion(Operation.CompletionHandler handler) {
    completion =
        failure ->
            handler.handle(
                Operation.createPost(UriUtils.buildUri(host(), UserService.FACTORY_LINK)), failure);
    return this;
  }

  /** Makes all of it, as the system user; the completion is told. */
  public AuthorizationSetupHelper start() {
    requireUser();
    run(createUser().thenCompose(_ -> createCredentials()).thenCompose(_ -> createRole()));
    return this;
  }

  /** Makes groups and role for a user that is there already; the completion is told. */
  public AuthorizationSetupHelper setupRole() {
    run(createRole());
    return this;
  }

  private void run(DeferredResult<Operation> work) {
    work.whenComplete(
        (done, failure) ->
            completion.handle(
                failure == null
                    ? null
                    : failure instanceof Exception known ? known : new Exception(failure)));
  }

  private void requireUser() {
    AuthorizationDocument.require("userEmail", userEmail);
    AuthorizationDocument.require("userPassword", userPassword);
  }

  private ServiceHost host() {
    if (host == null) {
      throw new IllegalStateException("setHost is missing");
    }
    return host;
  }

  private static String below(String factory, @Nullable String name, String otherwise) {
    String id = name == null ? otherwise : name;
    return id.startsWith(factory + UriUtils.URI_PATH_CHAR)
        ? id
        : UriUtils.buildUriPath(factory, id);
  }

  private String userLink() {
    return below(UserService.FACTORY_LINK, userSelfLink, String.valueOf(userEmail));
  }

  private String groupLink() {
    return below(
        UserGroupService.FACTORY_LINK,
        userGroupName,
        UriUtils.getLastPathSegment(userLink()) + "-user-group");
  }

  private String resourcesLink() {
    return below(
        ResourceGroupService.FACTORY_LINK,
        resourceGroupName,
        UriUtils.getLastPathSegment(userLink()) + "-resource-group");
  }

  private DeferredResult<Operation> createUser() {
    UserState user = new UserState();
    user.documentSelfLink = userLink();
    user.email = userEmail;
    if (updatesUserGroup) {
      user.userGroupLinks = Set.of(groupLink());
    }
    return create(UserService.FACTORY_LINK, user);
  }

  private DeferredResult<Operation> createCredentials() {
    AuthCredentialsServiceState credentials = new AuthCredentialsServiceState();
    credentials.documentSelfLink =
        below(
            AuthCredentialsService.FACTORY_LINK,
            credentialsSelfLink,
            UriUtils.getLastPathSegment(userLink()));
    credentials.userLink = userLink();
    credentials.userEmail = userEmail;
    credentials.privateKey = userPassword;
    return create(AuthCredentialsService.FACTORY_LINK, credentials);
  }

  private DeferredResult<Operation> createRole() {
    Query members =
        userGroupQuery != null
            ? userGroupQuery
            : Query.Builder.create()
                .addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, userLink())
                .build();
    RoleState role =
        RoleState.Builder.create()
            .withSelfLink(
                below(
                    ServiceUriPaths.CORE_AUTHZ_ROLES,
                    roleName,
                    UriUtils.getLastPathSegment(userLink()) + "-role"))
            .withUserGroupLink(groupLink())
            .withResourceGroupLink(resourcesLink())
            .withVerbs(verbs)
            .withPolicy(policy)
            .build();
    return create(UserGroupService.FACTORY_LINK, UserGroupState.of(groupLink(), members))
        .thenCompose(
            _ ->
                create(
                    ResourceGroupService.FACTORY_LINK,
                    ResourceGroupState.of(resourcesLink(), resources())))
        .thenCompose(_ -> create(RoleService.FACTORY_LINK, role));
  }

  private Query resources() {
    if (isAdmin) {
      return BuiltInRole.ADMIN.everything();
    }
    if (resourceQuery != null) {
      return resourceQuery;
    }
    if (documentLink != null) {
      return Query.Builder.create()
          .addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, documentLink)
          .build();
    }
    if (documentKind != null) {
      return Query.Builder.create()
          .addFieldClause(ServiceDocument.FIELD_NAME_KIND, documentKind)
          .addFieldClause(ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK, userLink())
          .build();
    }
    throw new IllegalArgumentException(
        "Say what the role reaches: setIsAdmin, setResourceQuery, setDocumentLink or"
            + " setDocumentKind");
  }

  /** Creates a document unless it is there. */
  private DeferredResult<Operation> create(String factory, ServiceDocument state) {
    Operation post =
        Operation.createPost(UriUtils.buildUri(host(), factory))
            .setBody(state)
            .setReferer(host().getUri())
            .addRequestHeader(Operation.IF_NONE_MATCH_HEADER, "*")
            .setAuthorizationContext(
                AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER));
    return host()
        .sendWithDeferredResult(post)
        .exceptionally(
            failure -> {
              int status = post.getStatusCode();
              if (status == Operation.STATUS_CODE_PRECONDITION_FAILED
                  || status == Operation.STATUS_CODE_CONFLICT) {
                return post;
              }
              throw failure instanceof RuntimeException known
                  ? known
                  : new IllegalStateException(failure);
            });
  }
}
