// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.application.Application;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.service.ServiceHost;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** Has each of a test's hosts run an application. Thread-safe. */
final class TestedApplication implements HostSetup {
  private final Application application;
  private final List<String> settings;
  private final Map<ServiceHost, DeclaredApplication> running = new ConcurrentHashMap<>();

  TestedApplication(Application application, List<String> settings) {
    this.application = application;
    this.settings = settings;
  }

  @Override
  public void startServices(ServiceHost host) throws ApplicationException, ConfigurationException {
    DeclaredApplication declared = DeclaredApplication.of(List.of(application));
    var _ =
        EffectiveConfiguration.read(
            SpecArgument.NONE,
            settings,
            ProcessSurroundings.of(new Properties(), Map.of()),
            declared.settings());
    declared.settingsAreRead();
    declared.start(host);
    running.put(host, declared);
  }

  @Override
  public void beforeStop(ServiceHost host) {
    DeclaredApplication declared = running.remove(host);
    if (declared != null) {
      declared.stop(host);
    }
  }
}
