// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;
