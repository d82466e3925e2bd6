// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.ServiceDocument;
import io.cairn.service.DeferredResult;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Set;

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
        request.isForGroup() ? get(request.subjectLink()) : groupOfUser(request);
    group
        .thenCompose(_ -> create(ResourceGroupService.FACTORY_LINK, request.resources()))
        .thenCompose(_ -> create(RoleService.FACTORY_LINK, request.role()))
        .whenComplete((done, failure) -> answer(post, done, failure));
  }

  /** Makes the group of one user; queries add nobody who names groups, so it has to name this. */
  private DeferredResult<Operation> groupOfUser(GrantRequest request) {
    return get(request.subjectLink())
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
    sendWithDeferredResult(Operation.createDelete(UriUtils.buildUri(getHost(), request.roleLink())))
        .whenComplete((done, failure) -> answer(delete, done, failure));
  }

  private DeferredResult<Operation> get(String link) {
    return sendWithDeferredResult(Operation.createGet(UriUtils.buildUri(getHost(), link)));
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
