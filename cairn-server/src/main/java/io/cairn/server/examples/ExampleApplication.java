// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.examples;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup;

/** The example services: what a host serves if it is given nothing else. */
public final class ExampleApplication implements Application {

  /** Made for each host. */
  public ExampleApplication() {}

  @Override
  public void configure(ApplicationSetup app) {
    app.serve(ExampleService.createFactory(), ExampleService.FACTORY_LINK);
    app.serve(ExampleTaskService.createFactory(), ExampleTaskService.FACTORY_LINK);
  }
}
