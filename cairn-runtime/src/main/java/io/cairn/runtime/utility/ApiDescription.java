// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Operation;
import io.cairn.service.Service;

/** Describes the API of services. Thread-safe. */
public interface ApiDescription {
  /**
   * Answers a request for the description of one service; completes or fails it.
   *
   * @param suffix what follows the service's link, with its slash: it may say in which form
   */
  void answer(Operation op, Service service, String suffix);
}
