// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.ServiceConfiguration;
import io.cairn.service.StatefulService;

/**
 * The configuration of a service with a document. The queue limit is the instance's; retention is
 * that of all documents of the class on this node.
 */
final class StatefulSettings extends PlainSettings {
  private final StatefulService service;

  StatefulSettings(StatefulService service) {
    this.service = service;
  }

  @Override
  public boolean hasDocument() {
    return true;
  }

  @Override
  public void describe(ServiceConfiguration answer) {
    ServiceDocumentDescription description = service.getStateDescription();
    answer.operationQueueLimit = service.getOperationQueueLimit();
    answer.versionRetentionLimit = description.versionRetentionLimit;
    answer.versionRetentionFloor = description.versionRetentionFloor;
  }

  @Override
  public void setOperationQueueLimit(int limit) {
    service.setOperationQueueLimit(limit);
  }

  @Override
  public void setVersionRetention(long limit, long floor) {
    ServiceDocumentDescription description = service.getStateDescription();
    description.versionRetentionLimit = limit;
    description.versionRetentionFloor = floor;
  }
}
