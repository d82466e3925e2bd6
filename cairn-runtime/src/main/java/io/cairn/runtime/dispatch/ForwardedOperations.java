// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.runtime.documents.LocalReplicas;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.routing.ForwardCodec;
import io.cairn.service.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Does what other nodes ask of this one: operations that it owns the target of, proposals of
 * documents that are being merged, transfers to replicas that lag behind. The peer channel has made
 * sure that the asker is a node of this cluster. Thread-safe.
 */
public final class ForwardedOperations implements PeerHandler {

  private final Dispatcher dispatcher;
  private final InFlightOperations inFlight;
  private final Host host;
  private final LocalReplicas replicas;

  /**
   * What the handler needs to know of its host.
   *
   * @param uri prefix of the operations' URIs
   * @param nowMicros the wall clock
   * @param bodies counts a body of so many bytes among those of all requests, and gives what counts
   *     it out again; null if there is no room
   * @param trails tells what is to be believed of a notification's trail
   */
  public record Host(
      URI uri,
      LongSupplier nowMicros,
      IntFunction<@Nullable Runnable> bodies,
      UnaryOperator<String> trails) {}

  /** Creates the handler. */
  public ForwardedOperations(
      Dispatcher dispatcher, InFlightOperations inFlight, Host host, LocalReplicas replicas) {
    this.dispatcher = dispatcher;
    this.inFlight = inFlight;
    this.host = host;
    this.replicas = replicas;
  }

  @Override
  public CompletionStage<byte[]> request(
      PeerIdentity from, byte[] payload, BooleanSupplier abandoned) {
    if (payload.length == 0) {
      throw new IllegalArgumentException("an empty request");
    }
    return switch (payload[0]) {
      case PeerRequests.OPERATION -> operation(payload, abandoned);
      case PeerRequests.PROPOSAL -> {
        int length = payload[1] & 0xFF;
        String group = new String(payload, 2, length, StandardCharsets.UTF_8);
        byte[] command = Arrays.copyOfRange(payload, 2 + length, payload.length);
        yield replicas.propose(group, command);
      }
      case PeerRequests.DIGEST -> {
        int length = payload[1] & 0xFF;
        String group = new String(payload, 2, length, StandardCharsets.UTF_8);
        long id = ByteBuffer.wrap(payload).getLong(2 + length);
        yield CompletableFuture.completedFuture(
            replicas.digest(group, id).getBytes(StandardCharsets.UTF_8));
      }
      default -> throw new IllegalArgumentException("a request of unknown type " + payload[0]);
    };
  }

  private CompletionStage<byte[]> operation(byte[] payload, BooleanSupplier abandoned) {
    ForwardCodec.Forwarded forwarded = ForwardCodec.decode(payload, host.uri());
    Operation op = forwarded.op();
    String trail = op.getRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER);
    if (trail != null) {
      op.addRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER, host.trails().apply(trail));
    }
    op.setExpiration(host.nowMicros().getAsLong() + forwarded.leftMicros());
    op.setAbandonment(abandoned);
    Runnable release = host.bodies().apply(forwarded.bodyBytes());
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    op.setCompletion(
        (done, failure) -> {
          inFlight.remove(done);
          if (release != null) {
            release.run();
          }
          try {
            answer.complete(ForwardCodec.encodeAnswer(done, failure));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    if (release == null) {
      Operation.failLimitExceeded(
          op,
          ServiceErrorResponse.ERROR_CODE_SERVICE_QUEUE_LIMIT_EXCEEDED,
          "the bodies of the requests under way fill the memory of the document's owner"
              + " (requestBodyBudget)");
      return answer;
    }
    inFlight.add(op);
    dispatcher.dispatch(forwarded);
    return answer;
  }

  @Override
  public InputStream download(PeerIdentity from, byte[] request) throws IOException {
    String text = new String(request, StandardCharsets.UTF_8);
    if (text.startsWith(PeerRequests.CHILDREN + ' ')) {
      List<String> words = List.of(text.split(" ", -1));
      if (words.size() < 3) {
        throw new IOException("a request for children is damaged");
      }
      return replicas.children(words.get(1), words.subList(2, words.size()));
    }
    int blank = text.indexOf(' ');
    try {
      return replicas.transfer(text.substring(blank + 1), Long.parseLong(text, 0, blank, 10));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("a request for a transfer is damaged", e);
    }
  }
}
