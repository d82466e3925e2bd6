// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.application.Application;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.service.ServiceHost;
import io.cairn.testkit.logging.LogTail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A host in the test's own process, on a free port, with a sandbox that goes with it unless it was
 * given one. Stopped and started again it has the same data. Used by one thread; the host itself
 * serves as many as it is asked by.
 *
 * <pre>{@code
 * try (TestHost host = TestHost.of(new Shop())) {
 *   Documents<Order> orders = host.documents("/orders", Order.class);
 *   String link = orders.create(new Order("ada", 3));
 *   host.clock().advance(Duration.ofHours(1));
 * }
 * }</pre>
 */
public final class TestHost implements AutoCloseable {

  private static final long FAST_MAINTENANCE_MICROS = 100_000;
  private static final Duration DISK_LIMIT = Duration.ofSeconds(10);

  private final Path sandbox;
  private final boolean ownsSandbox;
  private final List<Consumer<ServiceHost.Arguments>> settings;
  private final HostSetup setup;
  private final List<Application> applications;
  private final Map<String, String> values;
  private final TestClock clock;
  private final RequestFaults faults;
  private final TestSurroundings surroundings;
  private final LogTail log = LogTail.listen();
  private long diskReserve;
  private @Nullable DeclaredApplication declared;
  private @Nullable ServiceHost running;
  private @Nullable HttpProbe probe;

  private TestHost(Builder builder) {
    this.ownsSandbox = builder.sandbox == null;
    this.sandbox = builder.sandbox == null ? TemporaryDirectory.create() : builder.sandbox;
    this.settings = List.copyOf(builder.settings);
    this.setup = builder.setup;
    this.applications = List.copyOf(builder.applications);
    this.values = Map.copyOf(builder.values);
    this.clock = builder.clock;
    this.faults = builder.faults;
    this.surroundings = new TestSurroundings(clock, faults);
  }

  /** Starts a host with an application and the settings that it has by default. */
  public static TestHost of(Application application) {
    return builder().application(application).start();
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
    try {
      ServiceHost host = ServiceHost.create(arguments());
      host.surround(surroundings);
      running = host;
      host.start();
      probe = new HttpProbe(host.getUri());
      DeclaredApplication application = declared;
      if (application != null) {
        application.startServices(host);
        application.runStartActions(host);
      }
      setup.startServices(host);
      host.startupCompleted();
    } catch (IOException e) {
      stop();
      throw new UncheckedIOException("The host did not start: " + e.getMessage(), e);
    } catch (ConfigurationException e) {
      stop();
      throw new IllegalArgumentException(
          "The host was not started:\n  " + String.join("\n  ", e.problems()), e);
    } catch (ApplicationException e) {
      stop();
      throw new IllegalStateException("The host did not start: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    } catch (Throwable e) {
      stop();
      throw new IllegalStateException("The services did not start", e);
    }
    return this;
  }

  /** Reads the settings as a process would, but neither its environment nor any file. */
  private ServiceHost.Arguments arguments() throws ConfigurationException, ApplicationException {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    if (!applications.isEmpty() || !values.isEmpty()) {
      DeclaredApplication declaring = DeclaredApplication.of(applications);
      arguments =
          EffectiveConfiguration.read(
                  SpecArgument.NONE,
                  values.entrySet().stream()
                      .map(value -> "--%s=%s".formatted(value.getKey(), value.getValue()))
                      .toList(),
                  ProcessSurroundings.of(new Properties(), Map.of()),
                  declaring.settings())
              .configuration()
              .host();
      declaring.settingsAreRead();
      declared = declaring;
    }
    arguments.port = 0;
    arguments.sandbox = sandbox;
    if (!values.containsKey("maintenanceInterval")) {
      arguments.maintenanceIntervalMicros = FAST_MAINTENANCE_MICROS;
    }
    for (Consumer<ServiceHost.Arguments> setting : settings) {
      setting.accept(arguments);
    }
    diskReserve = arguments.diskReserveBytes;
    return arguments;
  }

  /** Stops the host as an operator does, and keeps its data. Does nothing if it is stopped. */
  public void stop() {
    if (probe != null) {
      probe.close();
      probe = null;
    }
    if (running != null) {
      if (declared != null && running.isStarted()) {
        declared.stop(running);
      }
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

  /** The documents of a factory, as objects. */
  public <T> Documents<T> documents(String factory, Class<T> type) {
    return new Documents<>(http(), factory, type, log::text);
  }

  /**
   * Makes documents of files. A {@code .json} file holds one document, which has the file's name
   * unless it names itself, or an array of them; a {@code .ndjson} file holds one in each line.
   *
   * @param factory where they are created
   * @param source a file, a directory, or either on the class path after {@code classpath:}
   * @return their links
   * @throws AssertionError that names the file and the line that does not fit
   */
  public List<String> seed(String factory, String source) {
    return new DocumentSeeds(http(), factory).plant(source);
  }

  /** The time of the host, which the test moves. */
  public TestClock clock() {
    return clock;
  }

  /** What goes wrong with requests to this host, and between its services. */
  public RequestFaults faults() {
    return faults;
  }

  /** Subscribes to a document or a factory, until the test closes it. */
  public <T> Notifications<T> subscribe(String link, Class<T> type) {
    return new Notifications<>(host(), link, type, log::text);
  }

  /**
   * Has the host's disk be full: updates are refused with 507, reads go on. Returns when that is
   * so, as does closing it when there is room again.
   */
  public Outage fillDisk() {
    ServiceHost host = host();
    DiskRoom room = host.unwrap(DiskRoom.class);
    room.reserve(2 * room.total() + 2); // The half of it is more than there is, too.
    TestContext.waitFor(DISK_LIMIT, room::isFull, "a full disk");
    return () -> {
      room.reserve(diskReserve);
      if (host.isStarted()) {
        TestContext.waitFor(DISK_LIMIT, () -> !room.isFull(), "room on the disk");
      }
    };
  }

  /**
   * Says which other nodes this one reaches from now on. One side of a cut: see {@code
   * TestCluster.cutOff}.
   */
  public void reach(Predicate<URI> peers) {
    surroundings.reach(peers);
    if (running != null) {
      running.unwrap(PeerChannels.class).dropUnreachable();
    }
  }

  /** The last warnings and errors that this process has logged since the host was made. */
  public String logged() {
    return log.text();
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
    log.close();
    if (ownsSandbox) {
      TemporaryDirectory.delete(sandbox);
    }
  }

  /** Settings of a host to come. */
  public static final class Builder {
    private final List<Consumer<ServiceHost.Arguments>> settings = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<Map.Entry<String, String>> seeds = new ArrayList<>();
    private HostSetup setup = host -> {};
    private TestClock clock = new TestClock();
    private RequestFaults faults = new RequestFaults();
    private @Nullable Path sandbox;

    private Builder() {}

    /** Runs an application. */
    public Builder application(Application application) {
      applications.add(application);
      return this;
    }

    /**
     * Gives a setting of an application or of the host a value, by the name and in the form that
     * {@code --help} lists. Port and sandbox are the test kit's.
     */
    public Builder setting(String name, Object value) {
      values.put(name, String.valueOf(value));
      return this;
    }

    /** Gives settings values; see {@link #setting}. */
    public Builder settings(Map<String, ?> given) {
      given.forEach(this::setting);
      return this;
    }

    /**
     * Makes documents of files, after the first start; see {@link TestHost#seed}. Not for one of
     * several hosts: there the test seeds one of them when they have met.
     */
    public Builder seed(String factory, String source) {
      seeds.add(Map.entry(factory, source));
      return this;
    }

    /** Has the host live by a clock that other hosts may share. */
    public Builder clock(TestClock shared) {
      clock = shared;
      return this;
    }

    /** Has what goes wrong with requests be said for several hosts at once. */
    public Builder faults(RequestFaults shared) {
      faults = shared;
      return this;
    }

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
        host.start();
        seeds.forEach(seed -> host.seed(seed.getKey(), seed.getValue()));
        return host;
      } catch (RuntimeException | AssertionError e) {
        host.close();
        throw e;
      }
    }
  }
}
