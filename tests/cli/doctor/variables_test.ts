import { testDoctor } from "../../support/doctor.ts";

testDoctor({
  "a security key that a variable names": {
    env: { MFA_DEVICE: "arn:aws:iam::123456789012:u2f/user/alice/key" },
    finds: [["problem", "UnusableMfaDevice", "variable MFA_DEVICE", "virtual MFA device"]],
  },
  "keys in the shell": {
    env: {
      AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2",
      AWS_SECRET_ACCESS_KEY: "hunter2",
      AWS_SESSION_TOKEN: "hunter2",
    },
    finds: [[
      "warning",
      "ShadowingVariable",
      "variable AWS_ACCESS_KEY_ID",
      "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN",
    ]],
  },
  "a second home on Windows, where some SDKs look for files": {
    os: "windows",
    env: { HOME: "H:\\ann" },
    finds: [["warning", "RivalVariables", "variable HOME", "unset HOME"]],
  },
  "nothing wrong with a second home on Windows where variables name both files": {
    os: "windows",
    env: { HOME: "H:\\ann" },
    prepare: ({ test }) => {
      test.env["AWS_CONFIG_FILE"] = test.path(".aws/config");
      test.env["AWS_SHARED_CREDENTIALS_FILE"] = test.path(".aws/credentials");
      return test.write(".aws/config", "");
    },
    finds: [],
  },
  "nothing wrong with the home on Windows as Git's bash writes it": {
    os: "windows",
    prepare: ({ test }) => {
      test.env["HOME"] = test.home.toUpperCase().replace(/^([A-Z]):/, "/$1").replaceAll("\\", "/");
      return Promise.resolve();
    },
    finds: [],
  },
  "half a key and two tokens in the shell": {
    env: {
      AWS_ACCESS_KEY_ID: "AKIAOTHEROTHEROTHER2",
      AWS_SESSION_TOKEN: "hunter2",
      AWS_SECURITY_TOKEN: "hunter22",
    },
    finds: [
      ["problem", "PartialCredentials", "variable AWS_ACCESS_KEY_ID", "unset AWS_ACCESS_KEY_ID"],
      ["problem", "StaleSecurityToken", "variable AWS_SECURITY_TOKEN", "unset AWS_SECURITY_TOKEN"],
      ["warning", "ShadowingVariable", "variable AWS_ACCESS_KEY_ID", "unset"],
    ],
  },
  "a session of stsmfa use that has expired": {
    env: {
      STSMFA_PROFILE: "default",
      STSMFA_SET_KEY: "ASIAOTHEROTHEROTHER2",
      AWS_ACCESS_KEY_ID: "ASIAOTHEROTHEROTHER2",
      AWS_SECRET_ACCESS_KEY: "hunter2",
      AWS_SESSION_TOKEN: "hunter2",
      AWS_CREDENTIAL_EXPIRATION: "2026-03-04T05:00:00Z",
    },
    finds: [[
      "problem",
      "SessionExpired",
      "variable AWS_CREDENTIAL_EXPIRATION",
      "stsmfa use default",
    ]],
  },
  "a session of stsmfa use that is good": {
    env: {
      STSMFA_PROFILE: "default",
      STSMFA_SET_KEY: "ASIAOTHEROTHEROTHER2",
      AWS_ACCESS_KEY_ID: "ASIAOTHEROTHEROTHER2",
      AWS_SECRET_ACCESS_KEY: "hunter2",
      AWS_SESSION_TOKEN: "hunter2",
      AWS_CREDENTIAL_EXPIRATION: "2026-03-04T06:00:00Z",
    },
    finds: [],
  },
  "variables that name no profile, or two": {
    env: { AWS_PROFILE: "nosuch", AWS_DEFAULT_PROFILE: "default", STSMFA_PROFILE: "nobody" },
    finds: [
      ["problem", "ProfileNotFound", "variable STSMFA_PROFILE", "unset STSMFA_PROFILE"],
      ["problem", "ProfileNotFound", "variable AWS_PROFILE", "unset AWS_PROFILE"],
      ["warning", "ProfileNotFound", "variable AWS_DEFAULT_PROFILE", "stsmfa default"],
      ["warning", "RivalVariables", "variable AWS_DEFAULT_PROFILE", "unset AWS_DEFAULT_PROFILE"],
    ],
  },
  "a profile's name that is empty": {
    env: { AWS_PROFILE: "" },
    finds: [["problem", "ProfileNotFound", "variable AWS_PROFILE", "unset AWS_PROFILE"]],
  },
  "an empty name that wins": {
    env: { AWS_DEFAULT_PROFILE: "", AWS_PROFILE: "default-long-term" },
    finds: [[
      "problem",
      "ProfileNotFound",
      "variable AWS_DEFAULT_PROFILE",
      "unset AWS_DEFAULT_PROFILE",
    ]],
  },
  "nothing wrong with an empty name that nobody looks at": {
    env: { AWS_DEFAULT_PROFILE: "default-long-term", AWS_PROFILE: "", STSMFA_PROFILE: "" },
    finds: [],
  },
  "a role of a token in the shell": {
    env: { AWS_ROLE_ARN: "arn:aws:iam::222222222222:role/R", AWS_WEB_IDENTITY_TOKEN_FILE: "/t" },
    finds: [[
      "warning",
      "ShadowingVariable",
      "variable AWS_WEB_IDENTITY_TOKEN_FILE",
      "unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN",
    ]],
  },
  "nothing wrong with half of what gives a role": {
    env: { AWS_ROLE_ARN: "arn:aws:iam::222222222222:role/R" },
    finds: [],
  },
  "nothing wrong with tokens that no SDK looks at": {
    env: { AWS_SESSION_TOKEN: "hunter2", AWS_SECURITY_TOKEN: "hunter22" },
    finds: [],
  },
  "two regions": {
    env: { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" },
    finds: [["warning", "RivalVariables", "variable AWS_DEFAULT_REGION", "unset"]],
  },
  "variables that name no file": {
    env: { AWS_CONFIG_FILE: "~/nosuch" },
    finds: [
      ["warning", "UnexpandedPath", "variable AWS_CONFIG_FILE", "export AWS_CONFIG_FILE=~/nosuch"],
      ["warning", "FileNotFound", "variable AWS_CONFIG_FILE", "unset AWS_CONFIG_FILE"],
    ],
  },
  "a file of certificates that is not there, also offline": {
    env: { AWS_CA_BUNDLE: "/nosuch.pem" },
    finds: [["problem", "InvalidSetting", "variable AWS_CA_BUNDLE", "unset AWS_CA_BUNDLE"]],
  },
  "a file of certificates that a profile names": {
    config: "[default]\nca_bundle = /nosuch.pem\n",
    finds: [["problem", "InvalidSetting", "~/.aws/config:2 ca_bundle", "remove the line"]],
  },
  "a proxy that is none": {
    env: { HTTPS_PROXY: "http://me:hunter2@:x" },
    finds: [["problem", "InvalidSetting", "variable HTTPS_PROXY", "unset HTTPS_PROXY"]],
  },
});
