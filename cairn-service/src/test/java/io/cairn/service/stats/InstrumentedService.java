// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.stats;

import io.cairn.service.Service;
import io.cairn.service.state.ServiceStats;
import java.lang.reflect.Proxy;

/** A service of which only {@code getStat} answers. */
final class InstrumentedService {
  private InstrumentedService() {}

  static Service with(ServiceStats.ServiceStat stat) {
    return (Service)
        Proxy.newProxyInstance(
            Service.class.getClassLoader(),
            new Class<?>[] {Service.class},
            (proxy, method, args) -> {
              if (method.getName().equals("getStat")) {
                return stat;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
