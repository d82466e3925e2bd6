// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.authorization.UserService.UserState;
import io.cairn.service.uri.ServiceUriPaths;

/**
 * The user that the runtime's own work is done as. It can be looked at and not be changed: nobody
 * logs in as it, and no role is asked what it may do.
 */
public class SystemUserService extends StatelessService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER;

  private final String email;

  /** The service of this node. */
  public SystemUserService() {
    this("system@localhost");
  }

  SystemUserService(String email) {
    super(UserState.class);
    this.email = email;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    UserState state = new UserState();
    state.documentSelfLink = getSelfLink();
    state.documentKind = UserState.KIND;
    state.email = email;
    get.setBodyNoCloning(state).complete();
  }
}
