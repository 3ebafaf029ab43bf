import { randomInt } from 'node:crypto'
import { dictionary } from '@zxcvbn-ts/language-common'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { judgeNewPassword } from './new-password.ts'

const person = { username: 'margaret', displayName: 'Margaret Hamilton', email: 'mh@apollo.example' }
const config = readConfig({ PUBLIC_URL: 'https://account.tranquility.example' })

/** Why a password is refused, with the list and the context words of the real server. */
async function refusalOf(password: string) {
  const verdict = await judgeNewPassword(config, { password, minimum: 15, person })
  return verdict.ok ? 'accepted' : verdict.reason
}

describe('PW-04 with the real list', () => {
  const notThus = async (passwords: string[], outcome: string) => {
    const outcomes = await Promise.all(passwords.map(refusalOf))
    return passwords.filter((_, i) => outcomes[i] !== outcome)
  }

  test('the commonest long passwords are refused, every one the list holds and every famous one', async () => {
    const long = dictionary['passwords-common'].filter((word) => [...word].length >= 15)
    expect(long.length).toBeGreaterThan(30)
    const famous = [
      'qwertyuiop123456',
      'passwordpassword',
      '123456789012345',
      '1234567890123456',
      'qwertyuiopasdfgh',
      '1q2w3e4r5t6y7u8i',
      'qwertyuiop12345',
      '111111111111111',
      'asdfghjklzxcvbnm',
      'abcdefghijklmno',
      'iloveyouiloveyou',
      'password12345678',
      'passw0rdpassw0rd',
      'administrator123',
      'football1234567',
      'letmeinletmein1',
      'welcome123456789',
      'trustno1trustno1',
      'PASSWORDPASSWORD',
      '1qaz2wsx3edc4rfv',
      'monkeymonkey1234',
      'princessprincess',
      'sunshinesunshine',
      '987654321987654321',
    ]
    expect(await notThus([...long, ...famous], 'compromised')).toEqual([])
  })

  test.each([
    'margaretmargaret1234',
    'MargaretMargaret!',
    'latchkeypassword1',
    'hamiltonhamilton',
    'apolloapollo1234',
    'tranquility12345',
    'margarethamilton',
  ])('%s is refused to Margaret Hamilton', async (password) => {
    expect(await refusalOf(password)).toBe('compromised')
  })

  test('200 phrases of four words thrown with dice are accepted', async () => {
    const words = dictionary['diceware-common']
    const word = () => words[randomInt(words.length)] ?? ''
    const phrases = Array.from({ length: 200 }, () => `${word()} ${word()} ${word()} ${word()}`).filter(
      (phrase) => phrase.length >= 20,
    )
    expect(phrases.length).toBeGreaterThan(150)
    expect(await notThus(phrases, 'accepted')).toEqual([])
  })

  test('200 random strings of fifteen letters are accepted', async () => {
    const letters = () => Array.from({ length: 15 }, () => 'abcdefghijklmnopqrstuvwxyz'[randomInt(26)]).join('')
    expect(await notThus(Array.from({ length: 200 }, letters), 'accepted')).toEqual([])
  })

  test('the list is on board and large', () => {
    expect(dictionary['passwords-common'].length).toBeGreaterThan(3_000)
  })
})
