// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.Objects.requireNonNull;

import io.cairn.net.peer.PeerLimits;
import io.cairn.net.peer.PeerTimings;
import io.cairn.net.tls.ReloadingTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a node meets others. Immutable. */
public final class PeerSettings {
  private final byte @Nullable [] secret;
  private final @Nullable ReloadingTls tls;
  private final boolean insecurePeers;
  private final PeerLimits limits;
  private final PeerTimings timings;
  private final int eventLoops;
  private final Predicate<SocketAddress> loopback;
  private final Predicate<URI> reaches;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  private PeerSettings(Builder builder) {
    this.secret = builder.secret;
    this.tls = builder.tls;
    this.insecurePeers = builder.insecurePeers;
    this.limits = builder.limits;
    this.timings = builder.timings;
    this.eventLoops = builder.eventLoops;
    this.loopback = builder.loopback;
    this.reaches = builder.reaches;
    this.clock = builder.clock;
    this.nanoTime = builder.nanoTime;
  }

  /** Returns a builder: no secret, the JVM's trust, loopback peers only. */
  public static Builder builder() {
    return new Builder();
  }

  byte @Nullable [] secret() {
    return secret;
  }

  @Nullable ReloadingTls tls() {
    return tls;
  }

  boolean insecurePeers() {
    return insecurePeers;
  }

  PeerLimits limits() {
    return limits;
  }

  PeerTimings timings() {
    return timings;
  }

  int eventLoops() {
    return eventLoops;
  }

  boolean isLoopback(@Nullable SocketAddress address) {
    return address != null && loopback.test(address);
  }

  boolean reaches(URI address) {
    return reaches.test(address);
  }

  InstantSource clock() {
    return clock;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** Collects settings; not safe for use by several threads. */
  public static final class Builder {
    private byte @Nullable [] secret;
    private @Nullable ReloadingTls tls;
    private boolean insecurePeers;
    private PeerLimits limits = PeerLimits.DEFAULTS;
    private PeerTimings timings = PeerTimings.DEFAULTS;
    private int eventLoops = Math.min(4, Runtime.getRuntime().availableProcessors());
    private Predicate<SocketAddress> loopback = Builder::isLoopbackAddress;
    private Predicate<URI> reaches = address -> true;
    private InstantSource clock = InstantSource.system();
    private LongSupplier nanoTime = System::nanoTime;

    private Builder() {}

    private static boolean isLoopbackAddress(SocketAddress address) {
      InetAddress host = address instanceof InetSocketAddress inet ? inet.getAddress() : null;
      return host != null && host.isLoopbackAddress();
    }

    /**
     * Sets what every node of the cluster knows and nobody else; null, as at first, for nothing.
     * Once set, each peer must know it.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Builder secret(@Nullable String value) {
      if (value != null && value.isBlank()) {
        throw new IllegalArgumentException("the cluster secret must not be blank");
      }
      secret = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
      return this;
    }

    /**
     * Sets with what {@code https} peers are dialed; whoever opened it closes it. Without it they
     * cannot be reached.
     */
    public Builder tls(ReloadingTls value) {
      tls = requireNonNull(value);
      return this;
    }

    /** Sets whether peers that prove nothing are accepted from anywhere. */
    public Builder insecurePeers(boolean value) {
      insecurePeers = value;
      return this;
    }

    /** Sets what connections may cost. */
    public Builder limits(PeerLimits value) {
      limits = requireNonNull(value);
      return this;
    }

    /** Sets how patient connections are. */
    public Builder timings(PeerTimings value) {
      timings = requireNonNull(value);
      return this;
    }

    /** Sets how many threads serve the connections that this node opens. */
    public Builder eventLoops(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("eventLoops must be positive, was " + value);
      }
      eventLoops = value;
      return this;
    }

    /** Sets which addresses count as this machine. */
    Builder loopback(Predicate<SocketAddress> value) {
      loopback = requireNonNull(value);
      return this;
    }

    /** Sets which addresses can be dialed; a test cuts links with it. */
    Builder reaches(Predicate<URI> value) {
      reaches = requireNonNull(value);
      return this;
    }

    /** Sets the time of day. */
    public Builder clock(InstantSource value) {
      clock = requireNonNull(value);
      return this;
    }

    /** Sets by what it is told how long a trouble lasts. */
    Builder nanoTime(LongSupplier value) {
      nanoTime = requireNonNull(value);
      return this;
    }

    /** Returns the settings. */
    public PeerSettings build() {
      return new PeerSettings(this);
    }
  }
}
