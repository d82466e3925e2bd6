// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples;

import io.cairn.service.ServiceHost;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HostSetup;
import io.cairn.testkit.HttpProbe;
import java.io.IOException;
import java.nio.file.Path;

/** A host on a free port that can be stopped and started again on the same data. */
public final class SampleHost implements AutoCloseable {
  private final Path sandbox;
  private final HostSetup setup;
  private ServiceHost host;
  private HttpProbe probe;

  /** Starts a host with the services of {@code setup}. */
  public SampleHost(Path sandbox, HostSetup setup) throws Throwable {
    this.sandbox = sandbox;
    this.setup = setup;
    start();
  }

  private void start() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.id = "sample";
    arguments.partitions = 2;
    host = ServiceHost.create(arguments).start();
    setup.startServices(host);
    host.startupCompleted();
    probe = new HttpProbe(host.getUri());
  }

  /** Stops the host and starts another one on its data. */
  public void restart() throws Throwable {
    close();
    start();
  }

  /** Sends a request. */
  public Answer send(String verb, String path, String body, String... headers) throws IOException {
    return probe.send(verb, path, body, headers);
  }

  @Override
  public void close() {
    probe.close();
    host.stop();
  }
}
