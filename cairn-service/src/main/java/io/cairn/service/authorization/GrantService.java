// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.ServiceDocument;
import io.cairn.service.DeferredResult;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Grants built-in roles, by a POST of a {@link GrantRequest}, and takes them back, by a DELETE with
 * the same body. The documents that a role consists of are made on behalf of who asks; the role
 * comes last, so that half a grant grants nothing. The answer is the role.
 */
public class GrantService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHZ_GRANTS;

  /** The service of this node. */
  public GrantService() {
    super(GrantRequest.class);
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handlePost(Operation post) {
    GrantRequest request = post.getBody(GrantRequest.class);
    request.check();
    DeferredResult<Operation> group =
        request.isForGroup() ? subject(request) : groupOfUser(request);
    group
        .thenCompose(_ -> create(ResourceGroupService.FACTORY_LINK, request.resources()))
        .thenCompose(_ -> create(RoleService.FACTORY_LINK, request.role()))
        .whenComplete((done, failure) -> answer(post, done, failure));
  }

  /** Makes the group of one user; queries add nobody who names groups, so it has to name this. */
  private DeferredResult<Operation> groupOfUser(GrantRequest request) {
    return subject(request)
        .thenCompose(
            found ->
                create(UserGroupService.FACTORY_LINK, request.groupOfUser())
                    .thenCompose(
                        made -> {
                          UserState user = found.getBody(UserState.class);
                          Set<String> named = user.userGroupLinks;
                          return named == null
                                  || named.isEmpty()
                                  || named.contains(request.userGroupLink())
                              ? DeferredResult.completed(made)
                              : join(request.subjectLink(), request.userGroupLink());
                        }));
  }

  private DeferredResult<Operation> join(String userLink, String groupLink) {
    UserState body = new UserState();
    body.userGroupLinks = Set.of(groupLink);
    return sendWithDeferredResult(
        Operation.createPatch(UriUtils.buildUri(getHost(), userLink)).setBody(body));
  }

  @Override
  public void handleDelete(Operation delete) {
    if (!delete.hasBody()) {
      super.handleDelete(delete);
      return;
    }
    GrantRequest request = delete.getBody(GrantRequest.class);
    request.check();
    found(
            Operation.createDelete(UriUtils.buildUri(getHost(), request.roleLink())),
            () ->
                Refusal.notFound(
                    "There is no such grant: no role %s. ./cairn role list shows what there is"
                        .formatted(request.roleLink())))
        .whenComplete((done, failure) -> answer(delete, done, failure));
  }

  /** The user or group, which has to be there: a grant to nobody would be one to whoever comes. */
  private DeferredResult<Operation> subject(GrantRequest request) {
    return found(
        Operation.createGet(UriUtils.buildUri(getHost(), request.subjectLink())),
        () -> Refusal.notFound(nobody(request)));
  }

  private static String nobody(GrantRequest request) {
    return request.isForGroup()
        ? "to: there is no group of users %s. Make it first (POST %s)"
            .formatted(request.subjectLink(), UserGroupService.FACTORY_LINK)
        : "to: there is no user %s. Add it first (./cairn user add); ./cairn user list shows whom there is"
            .formatted(request.to);
  }

  /** Sends what is about a document; that it is not there is said in other words. */
  private DeferredResult<Operation> found(Operation op, Supplier<RuntimeException> missing) {
    DeferredResult<Operation> result = new DeferredResult<>();
    sendWithDeferredResult(op.disableFailureLogging(true))
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                var _ = result.complete(done);
              } else if (op.getStatusCode() == Operation.STATUS_CODE_NOT_FOUND) {
                var _ = result.fail(missing.get());
              } else {
                var _ = result.fail(failure);
              }
            });
    return result;
  }

  private DeferredResult<Operation> create(String factory, ServiceDocument state) {
    return sendWithDeferredResult(
        Operation.createPost(UriUtils.buildUri(getHost(), factory)).setBody(state));
  }

  private static void answer(Operation op, Operation done, Throwable failure) {
    if (failure == null) {
      op.setBodyNoCloning(done.getBodyRaw()).complete();
    } else {
      op.fail(failure);
    }
  }
}
