// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.host.ServiceHost;
import io.cairn.server.examples.ExampleService;
import java.nio.file.Path;

/** The server's main class. */
public final class CairnServer {

  private CairnServer() {}

  public static void main(String[] args) throws Exception {
    ServiceHost.Arguments a = new ServiceHost.Arguments();
    for (String s : args) {
      if (s.startsWith("--port=")) a.port = Integer.parseInt(s.substring(7));
      if (s.startsWith("--sandbox=")) a.sandbox = Path.of(s.substring(10));
    }
    ServiceHost host = ServiceHost.create(a).start();
    host.startDefaultCoreServicesSynchronously();
    host.startFactory(ExampleService.class, ExampleService::createFactory);
    System.out.println("listening on " + host.getUri());
    Runtime.getRuntime().addShutdownHook(new Thread(host::stop));
    Thread.currentThread().join();
  }
}
