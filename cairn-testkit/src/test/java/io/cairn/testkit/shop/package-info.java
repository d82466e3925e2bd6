// SPDX-License-Identifier: Apache-2.0
/** An application and its tests, as authors write them. */
package io.cairn.testkit.shop;
