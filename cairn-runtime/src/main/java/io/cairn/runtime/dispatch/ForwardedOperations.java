// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.forward.ForwardedRequest;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.runtime.documents.LocalReplicas;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.query.elsewhere.PeerSearches;
import io.cairn.runtime.routing.ForwardCodec;
import io.cairn.runtime.stateful.EntityTags;
import io.cairn.runtime.stateful.HotAnswers;
import io.cairn.runtime.watch.WatchRequests;
import io.cairn.service.Operation;
import io.cairn.store.index.DocumentVersion;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Does what other nodes ask of this one: operations that it owns the target of, proposals of
 * documents that are being merged, searches, transfers to replicas that lag behind. The peer
 * channel has made sure that the asker is a node of this cluster. Thread-safe.
 */
public final class ForwardedOperations implements PeerHandler {

  private final ForwardCodec codec = new ForwardCodec();
  private final HotAnswers<byte[]> hotAnswers = new HotAnswers<>(ForwardedOperations::answerWith);
  private final Dispatcher dispatcher;
  private final InFlightOperations inFlight;
  private final Host host;
  private final String prefix;
  private final LocalReplicas replicas;
  private final WatchRequests watched;
  private final PeerSearches searches;

  /**
   * What the handler needs to know of its host.
   *
   * @param uri prefix of the operations' URIs
   * @param nowMicros the wall clock
   * @param bodies counts a body of so many bytes among those of all requests, and gives what counts
   *     it out again; null if there is no room
   * @param trails tells what is to be believed of a notification's trail
   * @param tenants answers what tenants have stored here
   */
  public record Host(
      URI uri,
      LongSupplier nowMicros,
      IntFunction<@Nullable Runnable> bodies,
      UnaryOperator<String> trails,
      Function<WireReader, byte[]> tenants) {}

  /** Creates the handler. */
  public ForwardedOperations(
      Dispatcher dispatcher,
      InFlightOperations inFlight,
      Host host,
      LocalReplicas replicas,
      WatchRequests watched,
      PeerSearches searches) {
    this.dispatcher = dispatcher;
    this.inFlight = inFlight;
    this.host = host;
    this.prefix = host.uri().getScheme() + "://" + host.uri().getRawAuthority();
    this.replicas = replicas;
    this.watched = watched;
    this.searches = searches;
  }

  @Override
  public CompletionStage<byte[]> request(
      PeerIdentity from, byte[] payload, BooleanSupplier abandoned) {
    WireReader in = new WireReader(payload);
    int kind = in.u8();
    return switch (kind) {
      case PeerRequests.OPERATION -> operation(payload, abandoned);
      case PeerRequests.PROPOSAL -> replicas.propose(in.text(), in.rest());
      case PeerRequests.DIGEST ->
          CompletableFuture.completedFuture(
              replicas.digest(in.text(), in.i64()).getBytes(StandardCharsets.UTF_8));
      case PeerRequests.TENANTS -> CompletableFuture.completedFuture(host.tenants().apply(in));
      case PeerRequests.CHANGES -> watched.changes(in);
      case PeerRequests.SEARCH -> searches.answer(payload);
      default -> throw new MalformedException("a request of kind " + kind + " is not known here");
    };
  }

  private CompletionStage<byte[]> operation(byte[] payload, BooleanSupplier abandoned) {
    ForwardedRequest request = codec.open(payload);
    DocumentVersion hot =
        request.isPlainRead()
            ? dispatcher.hotRead(
                request.path(), request.partition(), ForwardCodec.subjectOf(request))
            : null;
    return hot == null
        ? operation(ForwardCodec.decode(request, prefix), abandoned)
        : CompletableFuture.completedFuture(hotAnswers.of(hot));
  }

  private static byte[] answerWith(DocumentVersion version) {
    return ForwardCodec.answer(
        Operation.STATUS_CODE_OK,
        Operation.MEDIA_TYPE_APPLICATION_JSON,
        Map.of(Operation.ETAG_HEADER, EntityTags.of(version)),
        version.json());
  }

  private CompletionStage<byte[]> operation(
      ForwardCodec.Forwarded forwarded, BooleanSupplier abandoned) {
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
    WireReader in = new WireReader(request);
    int kind = in.u8();
    return switch (kind) {
      case PeerRequests.TRANSFER -> replicas.transfer(in.text(), in.index());
      case PeerRequests.SNAPSHOT -> replicas.snapshot(in.text(), PeerRequests.knownFiles(in));
      case PeerRequests.CURRENT -> watched.current(in);
      default -> throw new MalformedException("a download of kind " + kind + " is not known here");
    };
  }
}
