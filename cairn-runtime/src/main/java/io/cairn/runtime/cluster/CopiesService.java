// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import java.util.function.Supplier;

/**
 * The copies of partitions on this node, by GET: what keeps one from serving, and how it compared
 * with those of other nodes. A POST has those that this node owns compared soon.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class CopiesService extends StatelessService {

  private final Copies copies;

  /**
   * What there is to show and to do.
   *
   * @param state describes the copies
   * @param comparing has them compared
   */
  public record Copies(Supplier<CopiesState> state, Runnable comparing) {}

  CopiesService(Copies copies) {
    this.copies = copies;
    toggleOption(ServiceOption.CORE, true);
  }

  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(copies.state().get()).complete();
  }

  @Override
  public void handlePost(Operation post) {
    copies.comparing().run();
    post.setStatusCode(Operation.STATUS_CODE_ACCEPTED)
        .setBodyNoCloning(copies.state().get())
        .complete();
  }
}
