// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.ServiceConfiguration;

/** The configuration of a service without a document. Guarded by itself. */
class PlainSettings implements ConfigurationRequests.Settings {
  private long epoch;

  @Override
  public ServiceConfiguration newConfiguration() {
    return new ServiceConfiguration();
  }

  @Override
  public boolean hasDocument() {
    return false;
  }

  @Override
  public synchronized long epoch() {
    return epoch;
  }

  @Override
  public synchronized void setEpoch(long next) {
    epoch = next;
  }

  @Override
  public void describe(ServiceConfiguration answer) {}

  @Override
  public void setOperationQueueLimit(int limit) {
    throw new IllegalStateException("there is no queue");
  }

  @Override
  public void setVersionRetention(long limit, long floor) {
    throw new IllegalStateException("there are no versions");
  }
}
