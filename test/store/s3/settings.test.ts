import { expect, test } from 'vitest'
import { s3Settings } from '../../../src/store/index.ts'

test('the endpoint for S3 goes before the one for all services', () => {
  const env = { AWS_ENDPOINT_URL_S3: 'http://s3:9000', AWS_ENDPOINT_URL: 'http://all:4566', AWS_REGION: 'eu-west-1' }
  const all = { tokenEndpoint: 'http://all:4566', region: 'eu-west-1' }
  expect(s3Settings(env)).toEqual({ ...all, endpoint: 'http://s3:9000' })
  expect(s3Settings({ ...env, AWS_ENDPOINT_URL_S3: '' })).toEqual({ ...all, endpoint: 'http://all:4566' })
})

test('temporary credentials come from the endpoint for them, else from where all services are', () => {
  const env = { AWS_ENDPOINT_URL_S3: 'http://s3:9000', AWS_REGION: 'r' }
  expect(s3Settings(env)).toEqual({ endpoint: 'http://s3:9000', region: 'r' })
  expect(
    s3Settings({ ...env, AWS_ENDPOINT_URL: 'http://all:4566', AWS_ENDPOINT_URL_STS: 'http://sts:1' }),
  ).toMatchObject({
    tokenEndpoint: 'http://sts:1',
  })
})

test('the region is us-east-1 unless a variable or a profile names it', () => {
  expect(s3Settings({})).toEqual({ region: 'us-east-1' })
  expect(s3Settings({ AWS_DEFAULT_REGION: 'eu-north-1' })).toEqual({ region: 'eu-north-1' })
  expect(s3Settings({ AWS_PROFILE: 'work' })).toEqual({})
})

test('access keys are taken from the environment, unless a profile is asked for', () => {
  const env = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'SK', AWS_SESSION_TOKEN: 'token', AWS_REGION: 'r' }
  expect(s3Settings(env)).toEqual({
    region: 'r',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK', sessionToken: 'token' },
  })
  expect(s3Settings({ ...env, AWS_PROFILE: 'work' })).toEqual({ region: 'r' })
  expect(s3Settings({ AWS_ACCESS_KEY_ID: 'AK', AWS_REGION: 'r' })).toEqual({ region: 'r' })
})
