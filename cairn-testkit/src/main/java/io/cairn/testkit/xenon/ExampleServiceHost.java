// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.ServiceHost;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleTaskService;

/** A host with the core services and the examples. */
public class ExampleServiceHost extends ServiceHost {

  /** Starts such a host from the command line, until the process is told to end. */
  public static void main(String[] args) throws Throwable {
    ExampleServiceHost host = new ExampleServiceHost();
    host.initialize(args);
    host.start();
    host.registerRuntimeShutdownHook();
  }

  /** Listens, and starts the core services and the examples. */
  @Override
  public ServiceHost start() throws Throwable {
    super.start();
    startDefaultCoreServicesSynchronously();
    startFactory(ExampleService.class, ExampleService::createFactory);
    startFactory(ExampleTaskService.class, ExampleTaskService::createFactory);
    startupCompleted();
    return this;
  }
}
