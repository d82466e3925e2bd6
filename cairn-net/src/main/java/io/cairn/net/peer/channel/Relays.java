// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.FailedFuture;
import io.cairn.net.peer.PeerAddress;
import io.cairn.net.peer.PeerConnectionLostException;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerQueueFullException;
import io.cairn.net.peer.PeerRefusedException;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerTimeoutException;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.RelayFrame;
import io.cairn.net.peer.frame.RelayFrame.Step;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way over a third node, for two that do not reach each other: the one asks those that it is
 * connected with whether they are connected with the other, and sends over one that is, until there
 * is a connection again. A frame takes one such hop and never a second. Who hands a frame on
 * vouches for whom it is from; it has proved itself by the same means. Thread-safe.
 */
final class Relays implements PeerHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Relays.class);
  private static final Duration PROBE_TIME = Duration.ofSeconds(1);
  private static final byte[] NOTHING = {};

  /** How a request that was handed on has ended: the first byte of the answer. */
  private enum Outcome {
    ANSWERED,
    UNREACHABLE,
    LOST,
    TIMED_OUT,
    REFUSED_UNSEEN,
    REFUSED,
    QUEUE_FULL
  }

  private static final Outcome[] OUTCOMES = Outcome.values();

  private final PeerNode node;
  private final PeerNetwork network;
  private final Map<URI, PeerIdentity> ways = new ConcurrentHashMap<>();

  Relays(PeerNode node, PeerNetwork network) {
    this.node = node;
    this.network = network;
  }

  /**
   * Returns the node over which an address is reached; null if it is reached directly, or not at
   * all.
   */
  @Nullable PeerIdentity way(URI address) {
    PeerIdentity relay = ways.get(address);
    return relay != null && network.isConnected(relay.address()) ? relay : null;
  }

  /** There is a connection. */
  void over(URI address) {
    if (ways.remove(address) != null) {
      LOG.info("There is a connection with the peer at {} again", address);
    }
  }

  /** There is no connection: looks for a node that has one. Does not wait. */
  void seek(URI address) {
    PeerIdentity present = ways.get(address);
    byte[] probe = frame(Step.PROBE, PROBE_TIME, PeerStream.CONTROL, address, NOTHING);
    for (PeerIdentity peer : node.roster().connected()) {
      if (peer.address().equals(address)) {
        continue;
      }
      var _ =
          network
              .request(peer.address(), PeerStream.RELAY, probe, PROBE_TIME)
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null && answer.length == 1 && answer[0] == 1) {
                      found(address, peer);
                    } else if (peer.equals(present)) {
                      ways.remove(address, present);
                    }
                  });
    }
  }

  private void found(URI address, PeerIdentity relay) {
    PeerRoute route = node.roster().existingRoute(address);
    if (route != null && route.connection() == null && ways.putIfAbsent(address, relay) == null) {
      LOG.info("What is for the peer at {} goes over node {}", address, relay.nodeId());
    }
  }

  // The node that has something to say.

  void send(PeerIdentity relay, URI address, PeerStream stream, byte[] payload) {
    network.send(
        relay.address(),
        relaying(stream),
        frame(Step.PASS, Duration.ZERO, stream, address, payload));
  }

  CompletableFuture<byte[]> request(
      PeerIdentity relay, URI address, PeerStream stream, byte[] payload, Duration timeout) {
    String what = "the %s request to %s over node %s".formatted(stream, address, relay.nodeId());
    return network
        .request(
            relay.address(),
            relaying(stream),
            frame(Step.PASS, timeout, stream, address, payload),
            timeout)
        .thenCompose(answer -> unwrap(relay, address, what, answer));
  }

  private CompletableFuture<byte[]> unwrap(
      PeerIdentity relay, URI address, String what, byte[] answer) {
    if (answer.length == 0 || answer[0] < 0 || answer[0] >= OUTCOMES.length) {
      return CompletableFuture.failedFuture(
          new PeerConnectionLostException(what + " was answered with nonsense"));
    }
    byte[] rest = Arrays.copyOfRange(answer, 1, answer.length);
    String text = what + ": " + new String(rest, StandardCharsets.UTF_8);
    return switch (OUTCOMES[answer[0]]) {
      case ANSWERED -> CompletableFuture.completedFuture(rest);
      case UNREACHABLE -> {
        ways.remove(address, relay);
        yield CompletableFuture.failedFuture(new PeerUnreachableException(text, null));
      }
      case LOST -> CompletableFuture.failedFuture(new PeerConnectionLostException(text));
      case TIMED_OUT -> CompletableFuture.failedFuture(new PeerTimeoutException(text));
      case REFUSED_UNSEEN -> CompletableFuture.failedFuture(new PeerRefusedException(text, false));
      case REFUSED -> CompletableFuture.failedFuture(new PeerRefusedException(text, true));
      case QUEUE_FULL -> CompletableFuture.failedFuture(new PeerQueueFullException(text));
    };
  }

  CompletableFuture<InputStream> download(
      PeerIdentity relay, URI address, PeerStream stream, byte[] request, Duration timeout) {
    return network.download(
        relay.address(),
        PeerStream.RELAY,
        frame(Step.PASS, timeout, stream, address, request),
        timeout);
  }

  private static byte[] frame(
      Step step, Duration timeout, PeerStream stream, URI address, byte[] payload) {
    int millis = Math.clamp(timeout.toMillis(), 0, Integer.MAX_VALUE);
    return new RelayFrame(step, millis, stream, List.of(address.toString()), payload).encode();
  }

  private static PeerStream relaying(PeerStream stream) {
    return stream.isUrgent() ? PeerStream.RELAY_URGENT : PeerStream.RELAY;
  }

  // The node between, and the one at the end.

  @Override
  public void message(PeerIdentity from, byte[] payload) {
    RelayFrame frame = RelayFrame.decode(payload);
    switch (frame.step()) {
      case PROBE -> {}
      case PASS -> {
        URI target = target(frame);
        if (network.isConnected(target)) {
          network.send(target, relaying(frame.stream()), deliver(from, frame));
        }
      }
      case DELIVER -> handler(frame).message(origin(frame), frame.payload());
    }
  }

  @Override
  public CompletionStage<byte[]> request(
      PeerIdentity from, byte[] payload, BooleanSupplier abandoned) {
    RelayFrame frame = RelayFrame.decode(payload);
    return switch (frame.step()) {
      case PROBE ->
          CompletableFuture.completedFuture(
              new byte[] {(byte) (network.isConnected(target(frame)) ? 1 : 0)});
      case PASS -> pass(from, frame);
      case DELIVER -> handler(frame).request(origin(frame), frame.payload(), abandoned);
    };
  }

  private CompletionStage<byte[]> pass(PeerIdentity from, RelayFrame frame) {
    URI target = target(frame);
    if (!network.isConnected(target)) {
      return CompletableFuture.completedFuture(
          outcome(Outcome.UNREACHABLE, bytes("that node has no connection with it")));
    }
    return network
        .request(
            target,
            relaying(frame.stream()),
            deliver(from, frame),
            Duration.ofMillis(Math.max(1, frame.millis())))
        .handle(
            (answer, failure) ->
                failure == null ? outcome(Outcome.ANSWERED, answer) : failed(failure));
  }

  private static byte[] failed(Throwable thrown) {
    Throwable failure = FailedFuture.cause(thrown);
    Outcome outcome =
        switch (failure) {
          case PeerUnreachableException _ -> Outcome.UNREACHABLE;
          case PeerTimeoutException _ -> Outcome.TIMED_OUT;
          case PeerQueueFullException _ -> Outcome.QUEUE_FULL;
          case PeerRefusedException e ->
              e.isCertainlyNotExecuted() ? Outcome.REFUSED_UNSEEN : Outcome.REFUSED;
          default -> Outcome.LOST;
        };
    return outcome(outcome, bytes(FailurePayload.describe(failure)));
  }

  @SuppressWarnings("EnumOrdinal") // their order is part of the format: append only
  private static byte[] outcome(Outcome outcome, byte[] rest) {
    byte[] answer = new byte[1 + rest.length];
    answer[0] = (byte) outcome.ordinal();
    System.arraycopy(rest, 0, answer, 1, rest.length);
    return answer;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public InputStream download(PeerIdentity from, byte[] request) throws IOException {
    RelayFrame frame = RelayFrame.decode(request);
    if (frame.step() == Step.DELIVER) {
      return handler(frame).download(origin(frame), frame.payload());
    }
    Duration timeout = Duration.ofMillis(Math.max(1, frame.millis()));
    URI target = target(frame);
    if (!network.isConnected(target)) {
      throw new IOException("node " + node.self().nodeId() + " has no connection with " + target);
    }
    try {
      return network
          .download(target, PeerStream.RELAY, deliver(from, frame), timeout)
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(FailurePayload.describe(e), e);
    }
  }

  private PeerHandler handler(RelayFrame frame) {
    return node.handlers().of(frame.stream());
  }

  private static URI target(RelayFrame frame) {
    return PeerAddress.normalize(URI.create(frame.names().getFirst()));
  }

  private static byte[] deliver(PeerIdentity from, RelayFrame frame) {
    List<String> names = List.of(from.nodeId(), from.launchId(), from.address().toString());
    return new RelayFrame(Step.DELIVER, frame.millis(), frame.stream(), names, frame.payload())
        .encode();
  }

  /** Returns whom a frame is from; what the sender of the frame says is as good as its own word. */
  private PeerIdentity origin(RelayFrame frame) {
    List<String> names = frame.names();
    PeerIdentity origin = new PeerIdentity(names.get(0), names.get(1), URI.create(names.get(2)));
    String claimed = node.sameName(origin);
    if (claimed == null) {
      claimed = node.handlers().gate().refusal(origin);
    }
    if (claimed != null) {
      throw new IllegalArgumentException(claimed);
    }
    PeerRoute route = node.roster().existingRoute(origin.address());
    if (route != null) {
      route.heard();
    }
    return origin;
  }
}
