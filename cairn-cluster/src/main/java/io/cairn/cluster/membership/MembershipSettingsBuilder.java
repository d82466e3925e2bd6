// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;

/**
 * Sets single knobs of {@link MembershipSettings} on top of others, such as a preset. Each method
 * is named like the component that it sets. Values are checked together by {@link #build()}, so
 * that two knobs that bound each other can be set in any order. Not thread-safe.
 */
public final class MembershipSettingsBuilder {

  private Duration pingInterval;
  private Duration pingTimeout;
  private int pingRequestMembers;
  private int suspicionMultiplier;
  private Duration gossipInterval;
  private int gossipFanout;
  private int gossipRepeatMultiplier;
  private Duration syncInterval;
  private Duration seedInterval;
  private Duration metadataTimeout;
  private Duration leaveTimeout;
  private int maxMetadataBytes;
  private int maxSeeds;

  MembershipSettingsBuilder(MembershipSettings from) {
    pingInterval = from.pingInterval();
    pingTimeout = from.pingTimeout();
    pingRequestMembers = from.pingRequestMembers();
    suspicionMultiplier = from.suspicionMultiplier();
    gossipInterval = from.gossipInterval();
    gossipFanout = from.gossipFanout();
    gossipRepeatMultiplier = from.gossipRepeatMultiplier();
    syncInterval = from.syncInterval();
    seedInterval = from.seedInterval();
    metadataTimeout = from.metadataTimeout();
    leaveTimeout = from.leaveTimeout();
    maxMetadataBytes = from.maxMetadataBytes();
    maxSeeds = from.maxSeeds();
  }

  /** Sets {@link MembershipSettings#pingInterval()}. */
  public MembershipSettingsBuilder pingInterval(Duration value) {
    pingInterval = value;
    return this;
  }

  /** Sets {@link MembershipSettings#pingTimeout()}. */
  public MembershipSettingsBuilder pingTimeout(Duration value) {
    pingTimeout = value;
    return this;
  }

  /** Sets {@link MembershipSettings#pingRequestMembers()}. */
  public MembershipSettingsBuilder pingRequestMembers(int value) {
    pingRequestMembers = value;
    return this;
  }

  /** Sets {@link MembershipSettings#suspicionMultiplier()}. */
  public MembershipSettingsBuilder suspicionMultiplier(int value) {
    suspicionMultiplier = value;
    return this;
  }

  /** Sets {@link MembershipSettings#gossipInterval()}. */
  public MembershipSettingsBuilder gossipInterval(Duration value) {
    gossipInterval = value;
    return this;
  }

  /** Sets {@link MembershipSettings#gossipFanout()}. */
  public MembershipSettingsBuilder gossipFanout(int value) {
    gossipFanout = value;
    return this;
  }

  /** Sets {@link MembershipSettings#gossipRepeatMultiplier()}. */
  public MembershipSettingsBuilder gossipRepeatMultiplier(int value) {
    gossipRepeatMultiplier = value;
    return this;
  }

  /** Sets {@link MembershipSettings#syncInterval()}. */
  public MembershipSettingsBuilder syncInterval(Duration value) {
    syncInterval = value;
    return this;
  }

  /** Sets {@link MembershipSettings#seedInterval()}. */
  public MembershipSettingsBuilder seedInterval(Duration value) {
    seedInterval = value;
    return this;
  }

  /** Sets {@link MembershipSettings#metadataTimeout()}. */
  public MembershipSettingsBuilder metadataTimeout(Duration value) {
    metadataTimeout = value;
    return this;
  }

  /** Sets {@link MembershipSettings#leaveTimeout()}. */
  public MembershipSettingsBuilder leaveTimeout(Duration value) {
    leaveTimeout = value;
    return this;
  }

  /** Sets {@link MembershipSettings#maxMetadataBytes()}. */
  public MembershipSettingsBuilder maxMetadataBytes(int value) {
    maxMetadataBytes = value;
    return this;
  }

  /** Sets {@link MembershipSettings#maxSeeds()}. */
  public MembershipSettingsBuilder maxSeeds(int value) {
    maxSeeds = value;
    return this;
  }

  /**
   * Returns the settings.
   *
   * @throws IllegalArgumentException if a value is out of range; the message begins with the knob
   */
  public MembershipSettings build() {
    return new MembershipSettings(
        pingInterval,
        pingTimeout,
        pingRequestMembers,
        suspicionMultiplier,
        gossipInterval,
        gossipFanout,
        gossipRepeatMultiplier,
        syncInterval,
        seedInterval,
        metadataTimeout,
        leaveTimeout,
        maxMetadataBytes,
        maxSeeds);
  }
}
