// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.host.ServiceStats.ServiceStat;

/** Placeholder. */
public class UtilityService {
  UtilityService(AbstractService parent) {}
  void setStat(String n, double v) {}
  void setStat(ServiceStat n, double v) {}
  void adjustStat(String n, double v) {}
  void adjustStat(ServiceStat n, double v) {}
  ServiceStat getStat(String n) { return new ServiceStat(); }
  void setAvailable(boolean b) {}
  boolean isAvailable() { return true; }
  public boolean hasSubscribers() { return false; }
  public void recordRequest(Service.Action a, long d) {}
  public void recordFailure(Service.Action a) {}
  void handleConfiguration(Operation op) { op.complete(); }
  public void handleRequest(Operation op, String suffix) { op.complete(); }
  void publish(Operation op, byte[] json) {}
}
