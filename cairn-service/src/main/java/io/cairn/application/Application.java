// SPDX-License-Identifier: Apache-2.0
package io.cairn.application;

/**
 * What a host runs: services, endpoints, and settings of its own. {@link Cairn#run} runs one from a
 * {@code main}. {@code ./cairn start app.jar} runs those that the jar names in {@code
 * META-INF/services/io.cairn.application.Application}; without that file, all public classes in it
 * that implement this interface and have a public constructor without parameters.
 */
@FunctionalInterface
public interface Application {

  /**
   * Declares what the application consists of. It is called once for each host, on one thread,
   * before settings are read and before the host exists.
   *
   * @throws Exception if the application cannot run; the process says so and starts nothing
   */
  void configure(ApplicationSetup app) throws Exception;
}
