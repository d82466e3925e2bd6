// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host in the test's own process, on a free port, with a sandbox that goes with it unless it was
 * given one. Stopped and started again it has the same data. Used by one thread; the host itself
 * serves as many as it is asked by.
 *
 * <pre>{@code
 * try (TestHost host = TestHost.start(h -> h.startFactory(new NoteService()))) {
 *   Answer created = host.http().post("/notes", "{\"text\": \"hello\"}");
 * }
 * }</pre>
 */
public final class TestHost implements AutoCloseable {

  private static final long FAST_MAINTENANCE_MICROS = 100_000;

  private final Path sandbox;
  private final boolean ownsSandbox;
  private final List<Consumer<ServiceHost.Arguments>> settings;
  private final HostSetup setup;
  private @Nullable ServiceHost running;
  private @Nullable HttpProbe probe;

  private TestHost(Builder builder) {
    this.ownsSandbox = builder.sandbox == null;
    this.sandbox = builder.sandbox == null ? TemporaryDirectory.create() : builder.sandbox;
    this.settings = List.copyOf(builder.settings);
    this.setup = builder.setup;
  }

  /** Starts a host with default settings and some services. */
  public static TestHost start(HostSetup setup) {
    return builder().services(setup).start();
  }

  /** Describes a host before it starts. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts the host, on its old data if it ran before. */
  public TestHost start() {
    if (running != null) {
      throw new IllegalStateException("the host runs");
    }
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.maintenanceIntervalMicros = FAST_MAINTENANCE_MICROS;
    settings.forEach(setting -> setting.accept(arguments));
    try {
      ServiceHost host = ServiceHost.open(arguments);
      running = host;
      probe = new HttpProbe(host.getUri());
      setup.startServices(host);
      host.startupCompleted();
    } catch (IOException e) {
      stop();
      throw new UncheckedIOException("The host did not start: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    } catch (Throwable e) {
      stop();
      throw new IllegalStateException("The services did not start", e);
    }
    return this;
  }

  /** Stops the host as an operator does, and keeps its data. Does nothing if it is stopped. */
  public void stop() {
    if (probe != null) {
      probe.close();
      probe = null;
    }
    if (running != null) {
      setup.beforeStop(running);
      running.stop();
      running = null;
    }
  }

  /** Stops and starts again, on the same data and a port of its own choice. */
  public TestHost restart() {
    stop();
    return start();
  }

  /** The running host. */
  public ServiceHost host() {
    if (running == null) {
      throw new IllegalStateException("the host is stopped");
    }
    return running;
  }

  /** Where the host listens. */
  public URI uri() {
    return host().getUri();
  }

  /** The directory with the host's data. */
  public Path sandbox() {
    return sandbox;
  }

  /** Speaks HTTP to the host. */
  public HttpProbe http() {
    if (probe == null) {
      throw new IllegalStateException("the host is stopped");
    }
    return probe;
  }

  /** Sends operations within the host's process. */
  public TestRequestSender sender() {
    return new TestRequestSender(host());
  }

  /** Makes a context that waits for operations. */
  public TestContext testCreate(int count) {
    return TestContext.create(count, Duration.ofSeconds(30).toNanos() / 1000);
  }

  /** Stops the host, and removes its data if they were not the caller's. */
  @Override
  public void close() {
    stop();
    if (ownsSandbox) {
      TemporaryDirectory.delete(sandbox);
    }
  }

  /** Settings of a host to come. */
  public static final class Builder {
    private final List<Consumer<ServiceHost.Arguments>> settings = new ArrayList<>();
    private HostSetup setup = host -> {};
    private @Nullable Path sandbox;

    private Builder() {}

    /** Changes arguments, before each start. */
    public Builder arguments(Consumer<ServiceHost.Arguments> setting) {
      settings.add(setting);
      return this;
    }

    /** Says which services to start, after each start. */
    public Builder services(HostSetup services) {
      setup = services;
      return this;
    }

    /** Keeps the data in a directory of the caller's, which outlives the host. */
    public Builder sandbox(Path directory) {
      sandbox = directory;
      return this;
    }

    /** Starts the host. */
    public TestHost start() {
      TestHost host = new TestHost(this);
      try {
        return host.start();
      } catch (RuntimeException e) {
        host.close();
        throw e;
      }
    }
  }
}
