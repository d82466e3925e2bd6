// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.NodeGroupUtils;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import io.cairn.service.nodes.NodeGroupBroadcastResult;
import io.cairn.service.nodes.NodeSelectorService.SelectOwnerResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls of a host that complete an operation, made to wait for it. */
final class HostCalls {

  private HostCalls() {}

  /** An operation with its answer, and what failed. */
  record Done(Operation op, @Nullable Throwable failure) {}

  /** Makes a call, and waits for what becomes of the operation. */
  static Done run(Operation op, Consumer<Operation> call) throws Exception {
    CompletableFuture<Done> done = new CompletableFuture<>();
    op.setCompletion((answered, failure) -> done.complete(new Done(answered, failure)));
    call.accept(op);
    return done.get(60, TimeUnit.SECONDS);
  }

  /** As the other, for a call that succeeds. */
  static Operation succeeding(Operation op, Consumer<Operation> call) throws Exception {
    Done done = run(op, call);
    assertThat(done.failure()).isNull();
    return done.op();
  }

  /** Who owns a key, as a host says. */
  static SelectOwnerResponse owner(ServiceHost host, String key) throws Exception {
    return succeeding(Operation.createPost(null), op -> host.selectOwner(null, key, op))
        .getBody(SelectOwnerResponse.class);
  }

  /** What the nodes answer to a GET. */
  static NodeGroupBroadcastResult broadcast(ServiceHost host, String path, boolean elsewhere)
      throws Exception {
    return NodeGroupUtils.toBroadcastResult(
        succeeding(
                Operation.createGet(host, path), op -> host.broadcastRequest(null, elsewhere, op))
            .getBody(NodeGroupBroadcastResponse.class));
  }
}
