// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.service.uri.ServiceUriPaths;

/**
 * The user that requests are done as whose senders have not said who they are. Roles of a group
 * that matches its link say what everybody may do.
 */
public class GuestUserService extends SystemUserService {

  public static final String SELF_LINK = ServiceUriPaths.CORE_AUTHZ_GUEST_USER;

  /** The service of this node. */
  public GuestUserService() {
    super("guest@localhost");
  }
}
