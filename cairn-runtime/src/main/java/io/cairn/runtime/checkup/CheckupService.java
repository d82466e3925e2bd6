// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import java.util.function.Supplier;

/**
 * What is the matter with this node and, as far as it sees them, the others. Answers before the
 * node is in a group and without a quorum, from what is in memory: to ask costs next to nothing.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class CheckupService extends StatelessService {

  private final Supplier<CheckupState> checkup;

  /** Shows what a checkup finds at each request. */
  public CheckupService(Supplier<CheckupState> checkup) {
    this.checkup = checkup;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(checkup.get()).complete();
  }
}
