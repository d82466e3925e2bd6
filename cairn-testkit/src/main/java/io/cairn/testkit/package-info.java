// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of services need: a host in the test's own process or in one of its own, requests that
 * wait for their answers, and the record of what clients were told.
 */
@NullMarked
package io.cairn.testkit;

import org.jspecify.annotations.NullMarked;
