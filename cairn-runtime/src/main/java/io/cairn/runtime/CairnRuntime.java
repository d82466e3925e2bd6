// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.ReplicationException;
import io.cairn.net.RepeatedWarnings;
import io.cairn.net.RequestBodyException;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.utility.ServiceUtilities;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.UtilityService;
import java.io.IOException;
import org.slf4j.LoggerFactory;

/** Makes the runtimes of hosts. Found by {@link java.util.ServiceLoader}. */
public final class CairnRuntime implements HostRuntime.Provider {

  // One for the process, as the logger is: whichever host it happens on, a defect is told once a
  // minute.
  private final RepeatedWarnings defects =
      new RepeatedWarnings(LoggerFactory.getLogger(Operation.class), HostClock.system().nanoTime());

  @Override
  public HostRuntime open(ServiceHost host, ServiceHost.Arguments arguments) throws IOException {
    return HostParts.open(host, arguments);
  }

  @Override
  public UtilityService utilityOf(Service service) {
    return new ServiceUtilities(service);
  }

  @Override
  public int statusOf(Throwable failure) {
    return switch (failure) {
      case DiskFullException full -> Operation.STATUS_CODE_INSUFFICIENT_STORAGE;
      case ReplicationException lost -> Operation.STATUS_CODE_UNAVAILABLE;
      case NotServedException refused -> Operation.STATUS_CODE_UNAVAILABLE;
      case RequestBodyException broken -> broken.status();
      default -> 0;
    };
  }

  @Override
  public void logDefect(String reference, String message, Throwable failure) {
    defects.error(reference, message, failure);
  }
}
