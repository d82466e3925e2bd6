// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.utility;

import io.cairn.host.FactoryService;
import io.cairn.host.ServiceConfiguration;
import io.cairn.host.FactoryService.FactoryServiceConfiguration;

/** The configuration of a factory: also what its children are. */
final class FactorySettings extends PlainSettings {
  private final FactoryService factory;

  FactorySettings(FactoryService factory) {
    this.factory = factory;
  }

  @Override
  public ServiceConfiguration newConfiguration() {
    FactoryServiceConfiguration configuration = new FactoryServiceConfiguration();
    configuration.childOptions = factory.getChildOptions();
    return configuration;
  }
}
