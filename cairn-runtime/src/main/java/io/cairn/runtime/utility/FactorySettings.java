// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.FactoryService;
import io.cairn.service.FactoryService.FactoryServiceConfiguration;
import io.cairn.service.ServiceConfiguration;

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
