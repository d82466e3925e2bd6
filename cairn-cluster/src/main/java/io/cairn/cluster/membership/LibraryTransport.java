// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.MetadataRequest;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.net.Nuisances;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.net.URI;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The library's transport over ours. Everything but {@link #arrived} runs in the protocol's one
 * thread. Nothing ever fails here in a way that the library would see: a subscription of it that
 * meets an error is gone for good, and a message that is lost is what it expects anyway.
 */
final class LibraryTransport implements Transport {

  private static final Logger LOG = LoggerFactory.getLogger(LibraryTransport.class);

  private final Nuisances nuisances = new Nuisances(LOG, System::nanoTime);

  /** Messages that wait for the protocol's thread, or for one of its parts. */
  private static final int MAX_WAITING = 4096;

  private static final int REPEAT_MILLIS = 100;

  private final MembershipTransport network;
  private final Scheduler scheduler;
  private final ClaimFilter filter;
  private final TrafficCounters counters;
  private final RumourMill rumours;
  private final LibraryMessages messages = new LibraryMessages();
  private final Sinks.Many<Message> inbound = Sinks.many().multicast().directBestEffort();
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean complained;
  private volatile boolean stopped;

  LibraryTransport(
      MembershipTransport network,
      Scheduler scheduler,
      ClaimFilter filter,
      RumourMill rumours,
      TrafficCounters counters) {
    this.network = network;
    this.rumours = rumours;
    this.scheduler = scheduler;
    this.filter = filter;
    this.counters = counters;
  }

  @Override
  public String address() {
    return network.self().toString();
  }

  @Override
  public Mono<Transport> start() {
    return Mono.just(this);
  }

  @Override
  public Mono<Void> stop() {
    return Mono.fromRunnable(() -> stopped = true);
  }

  @Override
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public Flux<Message> listen() {
    return inbound
        .asFlux()
        .onBackpressureBuffer(
            MAX_WAITING,
            lost -> counters.overflowed.increment(),
            BufferOverflowStrategy.DROP_LATEST);
  }

  @Override
  public Mono<Void> send(String address, Message message) {
    return Mono.fromRunnable(() -> transmit(address, message));
  }

  /** Never fails: whoever asks sets a time limit. */
  @Override
  public Mono<Message> requestResponse(String address, Message request) {
    String correlationId = request.correlationId();
    Mono<Message> answer =
        inbound
            .asFlux()
            .filter(message -> correlationId.equals(message.correlationId()))
            .next()
            .doOnSubscribe(subscription -> transmit(address, request));
    return MetadataStoreImpl.GET_METADATA_REQ.equals(request.qualifier())
        ? insisting(answer, address, request)
        : answer;
  }

  /**
   * Asks again and again: a member whose metadata cannot be had is not taken in, and one that was
   * suspected is not believed to be well.
   */
  private Mono<Message> insisting(Mono<Message> answer, String address, Message request) {
    return Mono.defer(
        () -> {
          Disposable repetition =
              scheduler.schedulePeriodically(
                  () -> transmit(address, request),
                  REPEAT_MILLIS,
                  REPEAT_MILLIS,
                  TimeUnit.MILLISECONDS);
          return answer.doFinally(signal -> repetition.dispose());
        });
  }

  private void transmit(String address, Message message) {
    try {
      transmit(URI.create(address), messages.fromLibrary(message));
    } catch (MalformedMessageException | RuntimeException e) {
      counters.failed.increment();
      if (complained) {
        LOG.debug("Cannot send {} to {}", message.qualifier(), address, e);
      } else {
        complained = true;
        LOG.error(
            "Cannot send {} to {}; more of it is only counted", message.qualifier(), address, e);
      }
    }
  }

  /** Sends a message of our own making. */
  void transmit(URI peer, WireMessage message) {
    WireMessage allowed = withoutRefused(message, false);
    if (stopped || allowed == null) {
      return;
    }
    byte[] bytes = WireCodec.encode(allowed);
    counters.sent.increment();
    counters.sentBytes.add(bytes.length);
    network.send(peer, bytes);
  }

  /** Takes a message from the network, in any thread. */
  void arrived(URI from, byte[] bytes) {
    if (stopped) {
      return;
    }
    counters.received.increment();
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      counters.overflowed.increment();
      return;
    }
    try {
      scheduler.schedule(
          () -> {
            waiting.decrementAndGet();
            receive(from, bytes);
          });
    } catch (RejectedExecutionException closing) {
      stopped = true;
    }
  }

  private void receive(URI from, byte[] bytes) {
    if (stopped) {
      return;
    }
    try {
      WireMessage message = withoutRefused(WireCodec.decode(bytes), true);
      if (message instanceof Table table && !table.isAnswer()) {
        rumours.introduced(from, table);
      }
      if (message != null) {
        var _ = inbound.tryEmitNext(messages.toLibrary(message, from.toString()));
      }
    } catch (MalformedMessageException e) {
      counters.malformed.increment();
      LOG.debug("Dropped a message from {}: {}", from, e.getMessage());
    } catch (RuntimeException e) {
      counters.failed.increment();
      nuisances.warn("Cannot handle a message about members from " + from, e);
    }
  }

  private @Nullable WireMessage withoutRefused(WireMessage message, boolean incoming) {
    return switch (message) {
      case News news ->
          admits(news.claim(), incoming) && (incoming || rumours.isWorthTelling(news))
              ? news
              : null;
      case Table table -> {
        List<Claim> claims =
            table.claims().stream().filter(claim -> admits(claim, incoming)).toList();
        yield claims.size() == table.claims().size()
            ? table
            : new Table(table.isAnswer(), table.correlationId(), claims);
      }
      // The library would not answer it either, but complain of each.
      case MetadataRequest request when incoming && !filter.isSelf(request.launch()) -> null;
      default -> message;
    };
  }

  private boolean admits(Claim claim, boolean incoming) {
    return incoming ? filter.incoming(claim) : filter.outgoing(claim);
  }
}
